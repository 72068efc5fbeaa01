export function prepareLivePair(_base: string): void {}
