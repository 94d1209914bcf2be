import { evaluate, PolicyDocument, prove } from '../src/proof';

/** What a key policy lets happen: for one request, and for all. */
export function ask(keyPolicy: PolicyDocument) {
  // README: proof
  const reader = { principal: 'arn:aws:iam::111122223333:role/Reader', action: 'kms:Decrypt' };
  const { decision, reason } = evaluate({ keyPolicy, request: reader }); // 'allow', 'explicitDeny' or 'implicitDeny'

  // Can anybody outside the account decrypt, whatever the request says?
  const { answer, witness } = prove(keyPolicy, {
    actions: ['kms:Decrypt'], who: { anyone: true }, except: { accounts: ['111122223333'] },
  });
  // README: end
  return { decision, reason, answer, witness };
}
