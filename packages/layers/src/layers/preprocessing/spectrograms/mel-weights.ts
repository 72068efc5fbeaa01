/** A frequency in hertz on the mel scale. D. O'Shaughnessy, "Speech communication" (1987), with natural logarithms. */
function mel(hertz: number): number {
  return 1127 * Math.log(1 + hertz / 700);
}

/**
 * The weight of each frequency of a transform in each band: triangles that overlap by half, evenly spaced on the mel
 * scale. [bins, bands], row-major.
 *
 * @param bands How many bands there are.
 * @param bins How many frequencies, from 0 to half the sampling rate.
 * @param samplingRate In hertz.
 * @param lowest Where the first band begins, in hertz.
 * @param highest Where the last one ends.
 */
export function melWeights(
  bands: number,
  bins: number,
  samplingRate: number,
  lowest: number,
  highest: number,
): Float64Array {
  const [from, to] = [mel(lowest), mel(highest)];
  const edge = (index: number): number => from + ((to - from) * index) / (bands + 1);
  const weights = new Float64Array(bins * bands);
  // The first bin, of a frequency of 0, is in no band.
  for (let bin = 1; bin < bins; bin++) {
    const place = mel(((samplingRate / 2) * bin) / (bins - 1));
    for (let band = 0; band < bands; band++) {
      const [lower, centre, upper] = [edge(band), edge(band + 1), edge(band + 2)];
      const slope = Math.min((place - lower) / (centre - lower), (upper - place) / (upper - centre));
      weights[bin * bands + band] = Math.max(0, slope);
    }
  }
  return weights;
}
