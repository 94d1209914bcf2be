/** Thrown inside the prover where it meets what it does not decide; it never leaves it. */
export class Undecided extends Error {
  /** @param construct what stopped the proof, as the middle of a sentence */
  public constructor(public readonly construct: string) {
    super(construct);
  }
}
