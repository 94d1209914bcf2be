/** A figure beside its gate. */
export function print(what: string, figure: number, gate: string): void {
  console.log(`  ${what}: ${figure.toFixed(2)} (${gate})`);
}
