/** How a program is run: with the help of other threads, or by one alone. */
export type Way = "shared" | "alone";

/** The part of the time that looking for the better way may cost, at most. */
const costOfTrials = 0.01;
/** Where sharing stays the better way, trials become rarer, until they cost so much less. */
const mostCalm = 8;
/** How much of the difference to a new run goes into an estimate. */
const weightOfRun = 0.25;
/** An estimate that has changed by more calls for trials as often as in the beginning. */
const surprise = 1.25;
/** A way has to be better by so much to be taken instead of the other. */
const advantage = 0.97;
/** The first run after a change of ways wakes threads and finds other caches: below this time it tells too little. */
const settlingMilliseconds = 2;
/** A trial takes so many runs, of which the middle one counts: an odd number. */
const runsOfTrial = 3;
/** There are at least so many between trials; fewer if the way taken seems to be the worse one by now. */
const pause = { runs: 16, milliseconds: 10 };
const shortPause = { runs: 4, milliseconds: 2 };
/** The pause where sharing takes another time than it did, so that nothing is known of the other way: debts do not count. */
const pauseAfterSurprise = { runs: 50, milliseconds: 50 };

/**
 * Whether a program is to share its steps with other threads, by the time that its runs take in either way. Threads do not
 * always help: where others want the cores, a thread that is sent away in the middle of its part makes all wait for it, and
 * no system tells how many cores a process will get. So the program takes the way that was faster, and now and then tries
 * the other one. What trials cost counts as a debt, which has to be paid by a part of the time before there is another.
 */
export class SharingChoice {
  /** The way of the next run. */
  way: Way;
  private readonly estimates: Record<Way, number | null> = { shared: null, alone: null };
  private preferred: Way;
  private hasJustChanged = false;
  private debt = 0;
  private calm = 1;
  /** The estimate of the preferred way when the last trial ended. */
  private reference: number | null = null;
  private isSurprised = false;
  /** Since the last trial. */
  private runs = 0;
  private milliseconds = 0;
  private readonly tried: number[] = [];

  /** @param preferred The way that was the better one for other programs. */
  constructor(preferred: Way) {
    this.way = preferred;
    this.preferred = preferred;
  }

  /** The way that is the better one as far as it is known. */
  get better(): Way {
    return this.preferred;
  }

  /** Takes in how long a run took in {@link way}, and chooses the way of the next. */
  note(milliseconds: number): void {
    this.pay(milliseconds);
    const isUnsettled = this.hasJustChanged && milliseconds < settlingMilliseconds;
    this.hasJustChanged = false;
    if (isUnsettled) return;
    if (this.way !== this.preferred) {
      this.tried.push(milliseconds);
      if (this.tried.length === runsOfTrial) this.endTrial();
      return;
    }
    this.runs++;
    this.milliseconds += milliseconds;
    const before = this.estimates[this.way];
    // One run that took long, for whatever reason, says little.
    const added =
      before === null ? milliseconds : before + weightOfRun * (Math.min(milliseconds, 2 * before) - before);
    this.estimates[this.way] = added;
    this.reference ??= added;
    if (Math.max(added / this.reference, this.reference / added) > surprise) {
      this.calm = 1;
      this.reference = added;
      this.isSurprised = this.way === "shared";
    }
    if (this.isTrialDue(added)) this.change(other(this.preferred));
  }

  private pay(milliseconds: number): void {
    const known = Object.values(this.estimates).filter((each) => each !== null);
    const lost = known.length === 0 ? 0 : milliseconds - Math.min(...known);
    this.debt = Math.max(0, this.debt + lost - (costOfTrials / this.calm) * milliseconds);
  }

  private isTrialDue(estimate: number): boolean {
    const alternative = this.estimates[other(this.preferred)];
    if (alternative !== null && alternative < estimate * advantage) return this.hasHad(shortPause);
    if (this.isSurprised && this.hasHad(pauseAfterSurprise)) return true;
    return this.hasHad(pause) && this.debt === 0;
  }

  private endTrial(): void {
    const estimate = this.tried.sort((one, another) => one - another)[(runsOfTrial - 1) / 2];
    this.tried.length = 0;
    const current = this.estimates[this.preferred];
    this.estimates[this.way] = estimate;
    const isBetter = current === null || estimate < current * advantage;
    if (isBetter) {
      this.preferred = this.way;
      this.calm = 1;
    } else if (this.preferred === "shared") {
      this.calm = Math.min(mostCalm, 2 * this.calm);
    }
    this.reference = this.estimates[this.preferred];
    this.isSurprised = false;
    this.change(this.preferred);
  }

  private change(way: Way): void {
    this.hasJustChanged = way !== this.way;
    this.way = way;
    this.runs = 0;
    this.milliseconds = 0;
  }

  private hasHad({ runs, milliseconds }: typeof pause): boolean {
    return this.runs >= runs && this.milliseconds >= milliseconds;
  }
}

function other(way: Way): Way {
  return way === "shared" ? "alone" : "shared";
}
