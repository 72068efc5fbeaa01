interface Gap {
  readonly offset: number;
  readonly size: number;
}

/** A space that grows as it is needed, with the gaps in it. */
export class GapList {
  /** The smallest first, and of one size the first. */
  private readonly bySize: Gap[] = [];
  private readonly byOffset = new Map<number, Gap>();
  private readonly byEnd = new Map<number, Gap>();
  /** How large the space has become. */
  end = 0;

  /** Takes `size` bytes of the smallest gap that has as many, or at the end, and returns where they begin. */
  take(size: number): number {
    const fitting = this.bySize[this.position({ offset: 0, size })];
    if (fitting !== undefined) {
      this.remove(fitting);
      const { offset, size: available } = fitting;
      if (available > size) this.add({ offset: offset + size, size: available - size });
      return offset;
    }
    const last = this.byEnd.get(this.end);
    if (last) this.remove(last);
    const offset = last?.offset ?? this.end;
    this.end = offset + size;
    return offset;
  }

  /** Gives back what was taken. */
  release(offset: number, size: number): void {
    const before = this.byEnd.get(offset);
    const after = this.byOffset.get(offset + size);
    if (before) this.remove(before);
    if (after) this.remove(after);
    this.add({ offset: before?.offset ?? offset, size: size + (before?.size ?? 0) + (after?.size ?? 0) });
  }

  private add(gap: Gap): void {
    this.bySize.splice(this.position(gap), 0, gap);
    this.byOffset.set(gap.offset, gap);
    this.byEnd.set(gap.offset + gap.size, gap);
  }

  private remove(gap: Gap): void {
    this.bySize.splice(this.position(gap), 1);
    this.byOffset.delete(gap.offset);
    this.byEnd.delete(gap.offset + gap.size);
  }

  /** The place of the gap in the order, or the one it would have. */
  private position({ offset, size }: Gap): number {
    let low = 0;
    let high = this.bySize.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.bySize[middle];
      if (other.size < size || (other.size === size && other.offset < offset)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
