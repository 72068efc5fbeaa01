/** A stream for progress and summaries. */
export interface OutputStream {
  /** Whether it is a terminal, on which a line can be drawn over. */
  readonly isTerminal: boolean;
  /** Whether text may have colours. Default: on a terminal. */
  readonly hasColors?: boolean;
  /** How many characters fit in a line. */
  readonly columns: number;
  /** Writes text as it is; a line ends with "\n". */
  write(text: string): void;
}
