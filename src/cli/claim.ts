import type { Access, DecidingStatement, PolicyDocument, Proof, Witness } from '../proof';

/** What became of a claim. Its fields are what `--json` prints. */
export interface Verdict {
  /** A sentence. */
  readonly claim: string;
  readonly answer: Answer;
  readonly reason: string;
  /** A request that the claim says nobody can make. */
  readonly witness?: Witness;
  /** Those that let it happen. */
  readonly statements?: readonly Pick<DecidingStatement, 'index' | 'sid'>[];
}

/** By weight: the first of those that a run has is its exit code. */
export const ANSWERS = [['refuted', 1], ['unknown', 2], ['proved', 0]] as const;
export type Answer = typeof ANSWERS[number][0];

/** Several verdicts where a claim fails in several places. */
export type Claim = (policy: PolicyDocument) => Verdict[];

const CLAIMED_NOT: Record<Proof['answer'], Answer> = { yes: 'refuted', no: 'proved', unknown: 'unknown' };

/** Of the claim that nobody can do what was asked. */
export function nobodyCan(claim: string, { answer, reason, witness, statements }: Proof): Verdict {
  return { claim, answer: CLAIMED_NOT[answer], reason, ...witness && { witness }, ...statements && { statements: statements.map(place) } };
}

/** Which statement; a policy has its text already. */
export function place({ index, sid }: Pick<DecidingStatement | Access, 'index' | 'sid'>) {
  return { index, ...sid === undefined ? {} : { sid } };
}
