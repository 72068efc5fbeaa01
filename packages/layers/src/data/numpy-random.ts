/**
 * The order in which NumPy's `RandomState(seed).shuffle` puts things, so that what Keras divides by it is divided the same way
 * here: the files of a directory, the rows of `datasets`.
 */

const length = 624;
const middle = 397;

/** M. Matsumoto, T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform generator" (1998): MT19937. */
export class NumpyRandom {
  readonly #state = new Uint32Array(length);
  #position = length;

  /** @param seed An integer from 0 to 2³² − 1. */
  constructor(seed: number) {
    const state = this.#state;
    state[0] = seed;
    for (let index = 1; index < length; index++) {
      const previous = state[index - 1] ^ (state[index - 1] >>> 30);
      state[index] = Math.imul(1812433253, previous) + index;
    }
  }

  /** Whole numbers from 0 on, shuffled: what `shuffle(arange(count))` gives. */
  permutation(count: number): Int32Array {
    const order = Int32Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const chosen = this.#upTo(last);
      [order[last], order[chosen]] = [order[chosen], order[last]];
    }
    return order;
  }

  /** A whole number from 0 to `most`: words are cut to as many bits and drawn again until they fit. */
  #upTo(most: number): number {
    const mask = 2 ** (32 - Math.clz32(most)) - 1;
    while (true) {
      const drawn = (this.#word() & mask) >>> 0;
      if (drawn <= most) return drawn;
    }
  }

  #word(): number {
    if (this.#position === length) this.#advance();
    let word = this.#state[this.#position++];
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #advance(): void {
    const state = this.#state;
    for (let index = 0; index < length; index++) {
      const joined = (state[index] & 0x80000000) | (state[(index + 1) % length] & 0x7fffffff);
      const twisted = (joined >>> 1) ^ (joined & 1 ? 0x9908b0df : 0);
      state[index] = state[(index + middle) % length] ^ twisted;
    }
    this.#position = 0;
  }
}
