type Work = () => unknown;

const WARM_UP_ROUNDS = 5; // until the code is compiled

/** How much faster `ours` is than `baseline`: the median of rounds in the order A B B A, in this process and in CPU time. */
export async function speedup(baseline: Work, ours: Work, rounds = 21): Promise<number> {
  for (let warmUp = 0; warmUp < WARM_UP_ROUNDS; warmUp++) await round(baseline, ours);
  const ratios: number[] = [];
  while (ratios.length < rounds) ratios.push(await round(baseline, ours));
  return median(ratios);
}

export function median(values: number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!;
}

async function round(baseline: Work, ours: Work): Promise<number> {
  const [a, b, c, d] = [await time(baseline), await time(ours), await time(ours), await time(baseline)];
  return (a + d) / (b + c);
}

async function time(work: Work): Promise<number> {
  const started = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(started);
  return user + system;
}
