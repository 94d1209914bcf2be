// Reads simulations as JSON lines on stdin, writes decisions as JSON lines on stdout.
// The package is AGPL-3.0-or-later: only this script imports it, in a process of its own; nothing of it is copied or linked.
import { createInterface } from 'node:readline';
import { runSimulation } from '@cloud-copilot/iam-simulate';

const DECISIONS = { Allowed: 'allow', ExplicitlyDenied: 'explicitDeny', ImplicitlyDenied: 'implicitDeny' };

for await (const line of createInterface({ input: process.stdin })) {
  const { resultType, overallResult, errors, result } = await runSimulation(JSON.parse(line), {});
  const answer = resultType === 'error'
    ? { decision: 'error', reason: JSON.stringify(errors) }
    : { decision: DECISIONS[overallResult], ignored: result.ignoredContextKeys };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
