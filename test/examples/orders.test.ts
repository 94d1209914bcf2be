import { CfnResource, CustomResource } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kms from 'aws-cdk-lib/aws-kms';
import { ordersApp } from '../../examples/orders/orders-stack';
import { tell } from '../../examples/orders/story';

type Statement = { Sid?: string; Action: string | string[] };
const silent = () => undefined;

/** The app, with the statements of one policy gone that `isGone` names. */
function ordersWithout(find: (orders: ReturnType<typeof ordersApp>) => CfnResource, property: string, isGone: (statement: Statement) => boolean) {
  const whole = ordersApp();
  const logicalId = whole.stack.resolve(find(whole).logicalId);
  const document = whole.app.synth().getStackByName('Orders').template.Resources[logicalId].Properties[property];
  const kept = document.Statement.filter((statement: Statement) => !isGone(statement));
  expect(kept).toHaveLength(document.Statement.length - 1);
  const broken = ordersApp();
  find(broken).addPropertyOverride(`${property}.Statement`, kept);
  (broken.stack.node.findChild('Proof').node.findChild('Resource') as CustomResource & { node: any })
    .node.defaultChild.addPropertyOverride('PropagationSeconds', 1);
  return broken;
}

const keyOf = ({ stack }: ReturnType<typeof ordersApp>) => stack.key.node.defaultChild as kms.CfnKey;
const policyOf = (role: iam.Role) => role.node.findChild('DefaultPolicy').node.defaultChild as iam.CfnPolicy;

describe('the story of npm start', () => {
  it('goes as told, and shows wiring, evidence and access', async () => {
    const lines: string[] = [];
    expect(await tell(ordersApp(), (line) => lines.push(line))).toEqual([]);
    const text = lines.join('\n');
    expect(text).toMatch(/Allow CloudWatch Logs to encrypt the log groups.*\n.*why: Orders\/Logs is encrypted under the key/);
    expect(text).toMatch(/proved in +\d+ ms/);
    expect(text).toMatch(/OrdersReader .* - +yes +-/);
    expect(text).toMatch(/CloudWatch alarm, foreign +- +- +-/);
    expect(text).toContain('DELETE_COMPLETE Orders/Proof');
  });

  it('names the role and the missing permission when a grant is gone', async () => {
    const surprises = await tell(ordersWithout(({ stack }) => policyOf(stack.writer), 'PolicyDocument',
      ({ Action }) => [Action].flat().includes('kms:GenerateDataKey')), silent);
    expect(surprises).toEqual([expect.stringMatching(/^OrdersWriter.* cannot encrypt, and must: .*not authorized to perform: kms:GenerateDataKey/)]);
  });

  it('names the service when its statement is gone', async () => {
    const surprises = await tell(ordersWithout(keyOf, 'KeyPolicy', ({ Sid }) => Sid?.includes('CloudWatch Logs') ?? false), silent);
    expect(surprises).toEqual([
      expect.stringMatching(/^CloudWatch Logs, own log group cannot encrypt, and must: .*kms:GenerateDataKey/),
      expect.stringMatching(/^CloudWatch Logs, own log group cannot decrypt, and must: .*kms:Decrypt/),
    ]);
  });

  it('does not deploy when the key cannot be used, and says which call was refused', async () => {
    const broken = ordersWithout(keyOf, 'KeyPolicy', ({ Sid }) => Sid === 'Allow the account to use the key through IAM');
    broken.stack.node.tryRemoveChild('DbPassword');
    await expect(tell(broken, silent)).rejects.toThrow(/CREATE_FAILED Custom::EnvelopeRoundTrip 'Orders\/Proof.*kms:GenerateDataKey/s);
  });
});
