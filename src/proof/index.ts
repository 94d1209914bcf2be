export { evaluate } from './evaluate';
export type { DecidingStatement, Decision, Evaluation } from './evaluate';
export { PolicyError, RequestError } from './errors';
export type { Fault } from './errors';
export type { Grant } from './grant';
export type { EvaluateInput, Request } from './matter';
export type { PolicyKind } from './policy';
export type { ConditionValue, OneOrMore, PolicyDocument, PolicyStatement } from './policy-document';
export type { ContextInput } from './request-context';
