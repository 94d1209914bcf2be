/** The number whose product with `value` leaves 1, by Euclid's extended algorithm. */
export function modularInverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [value, modulus, 1n, 0n];
  while (a > 1n) { [a, b, x, y] = [b, a % b, y, x - (a / b) * y]; }
  return ((x % modulus) + modulus) % modulus;
}
