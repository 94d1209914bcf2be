import { BlockList, isIP } from 'node:net';
import * as fc from 'fast-check';
import { evaluate, PolicyError, RequestError } from '../../src/proof';
import type { EvaluateInput, PolicyStatement } from '../../src/proof';
import { CONDITION_OPERATORS } from '../../src/proof/condition-operators';
import { ARN, globOf, matchesGlob, RESOURCE, TEXT } from '../../src/proof/glob';
import { blockPrefix, addressBits } from '../../src/proof/ip-address';

const OWNER = '111122223333';
const OTHER = '222222222222';
const KEY = `arn:aws:kms:eu-west-1:${OWNER}:key/1234abcd`;

const elementOf = <T>(...values: T[]) => fc.constantFrom(...values);

const callers = elementOf(
  ...[OWNER, OTHER].flatMap((account) => [
    `arn:aws:iam::${account}:root`,
    `arn:aws:iam::${account}:user/alice`,
    `arn:aws:iam::${account}:role/Orders`,
    `arn:aws:sts::${account}:assumed-role/Orders/s`,
  ]),
  's3.amazonaws.com',
);
const principals = fc.oneof(
  elementOf<PolicyStatement['Principal']>('*', { Service: 's3.amazonaws.com' }),
  callers.filter((caller) => caller.startsWith('arn:')).map((AWS) => ({ AWS })),
);
const actions = elementOf('kms:*', 'kms:Decrypt', 'kms:Enc*', 'kms:?ecrypt', 's3:*');
const requested = elementOf('kms:Decrypt', 'kms:Encrypt', 'kms:DescribeKey');

const texts = elementOf('a', 'b', 'ab', 'A');
const keys = elementOf('kms:ViaService', 'kms:EncryptionContext:k', 'aws:PrincipalTag/t');
const conditions = fc.option(fc.dictionary(
  elementOf('StringEquals', 'StringNotEquals', 'StringLikeIfExists', 'ForAllValues:StringEquals', 'ForAnyValue:StringNotLike'),
  fc.dictionary(keys, fc.oneof(texts, fc.array(texts, { minLength: 1, maxLength: 2 })), { minKeys: 1, maxKeys: 2 }),
  { maxKeys: 2 },
), { nil: undefined });
const contexts = fc.dictionary(keys, fc.oneof(texts, fc.array(texts, { maxLength: 2 })), { maxKeys: 3 });

const identityStatement = fc.record<PolicyStatement>({
  Effect: elementOf('Allow', 'Allow', 'Deny'), Action: actions, Resource: elementOf('*', KEY, 'arn:aws:kms:*:*:key/other'), Condition: conditions,
}).map(({ Condition, ...statement }): PolicyStatement => Condition ? { ...statement, Condition } : statement);
const keyStatement = fc.tuple(identityStatement, principals).map(([statement, Principal]): PolicyStatement => ({ ...statement, Principal }));
const documentOf = (statements: fc.Arbitrary<PolicyStatement>) =>
  fc.array(statements, { maxLength: 4 }).map((Statement) => ({ Version: '2012-10-17', Statement }));
const identityPolicy = documentOf(identityStatement);
const keyPolicy = documentOf(keyStatement);

const inputs = fc.record({
  keyPolicy,
  identityPolicies: fc.array(identityPolicy, { maxLength: 2 }),
  permissionsBoundary: fc.option(identityPolicy, { nil: undefined, freq: 2 }),
  serviceControlPolicies: fc.option(fc.array(identityPolicy, { minLength: 1, maxLength: 2 }), { nil: undefined, freq: 1 }),
  grants: fc.array(fc.record({ GranteePrincipal: callers, Operations: fc.array(elementOf('Decrypt', 'Encrypt'), { maxLength: 2 }) }), { maxLength: 1 }),
  request: fc.record({ principal: callers, action: requested, resource: elementOf(KEY), context: contexts }),
});

const decide = (input: EvaluateInput) => evaluate(input).decision;
const added = ({ Version, Statement }: { Version: string; Statement: PolicyStatement[] }, statement: PolicyStatement, at: number) =>
  ({ Version, Statement: [...Statement.slice(0, at), statement, ...Statement.slice(at)] });

describe('a decision', () => {
  it('is deny once any policy denies everything', () => {
    fc.assert(fc.property(inputs, (input) => {
      const everything = { Effect: 'Deny', Action: '*', Resource: '*' };
      const keyDenies = added(input.keyPolicy, { ...everything, Principal: '*' }, 0);
      expect(decide({ ...input, keyPolicy: keyDenies })).toBe('explicitDeny');
      expect(decide({ ...input, identityPolicies: [...input.identityPolicies, { Statement: everything }] })).toBe('explicitDeny');
      expect(decide({ ...input, resourceControlPolicies: [{ Statement: { ...everything, Principal: '*' } }] })).toBe('explicitDeny');
    }));
  });

  it('does not turn from deny into allow by one Deny more', () => {
    fc.assert(fc.property(inputs, keyStatement, fc.nat(4), (input, statement, at) => {
      const before = decide(input);
      const after = decide({ ...input, keyPolicy: added(input.keyPolicy, { ...statement, Effect: 'Deny' }, at) });
      expect([before, 'explicitDeny']).toContain(after);
    }));
  });

  it('does not turn from allow into deny by one Allow more', () => {
    fc.assert(fc.property(inputs, keyStatement, fc.nat(4), (input, statement, at) => {
      const before = decide(input);
      const after = decide({ ...input, keyPolicy: added(input.keyPolicy, { ...statement, Effect: 'Allow' }, at) });
      expect([before, before === 'implicitDeny' ? 'allow' : before]).toContain(after);
    }));
  });

  it('does not turn from allow into deny by one identity Allow or one grant more', () => {
    fc.assert(fc.property(inputs, identityStatement, callers, (input, statement, GranteePrincipal) => {
      const before = decide(input);
      const identityPolicies = [...input.identityPolicies, { Statement: { ...statement, Effect: 'Allow' } }];
      const grants = [...input.grants, { GranteePrincipal, Operations: ['Decrypt'] }];
      for (const after of [decide({ ...input, identityPolicies }), decide({ ...input, grants })]) {
        expect([before, before === 'implicitDeny' ? 'allow' : before]).toContain(after);
      }
    }));
  });

  it('does not depend on the order of statements and policies', () => {
    fc.assert(fc.property(inputs, (input) => {
      const reversed = {
        ...input,
        keyPolicy: { ...input.keyPolicy, Statement: [...input.keyPolicy.Statement].reverse() },
        identityPolicies: [...input.identityPolicies].reverse(),
      };
      expect(decide(reversed)).toBe(decide(input));
    }));
  });

  it('does not depend on the case of actions and condition keys', () => {
    fc.assert(fc.property(inputs, (input) => {
      const shout = (statement: PolicyStatement): PolicyStatement => ({
        ...statement,
        Action: String(statement.Action).toUpperCase(),
        ...(statement.Condition && {
          Condition: Object.fromEntries(Object.entries(statement.Condition).map(([operator, map]) =>
            [operator, Object.fromEntries(Object.entries(map).map(([key, value]) => [key.toUpperCase(), value]))])),
        }),
      });
      const loud = { ...input.keyPolicy, Statement: input.keyPolicy.Statement.map(shout) };
      const request = { ...input.request, action: input.request.action.toLowerCase() };
      expect(decide({ ...input, keyPolicy: loud, request })).toBe(decide(input));
    }));
  });

  it('names a statement that has the effect and stands where it says', () => {
    fc.assert(fc.property(inputs, (input) => {
      const { decision, statement } = evaluate(input);
      fc.pre(statement !== undefined && statement.policy !== 'grant');
      const kinds = {
        keyPolicy: [input.keyPolicy],
        identityPolicy: input.identityPolicies,
        permissionsBoundary: [input.permissionsBoundary],
        serviceControlPolicy: input.serviceControlPolicies ?? [],
        resourceControlPolicy: [],
      };
      const found = kinds[statement!.policy as keyof typeof kinds][statement!.policyIndex]?.Statement[statement!.index];
      expect(found).toBe(statement!.statement);
      expect(found?.Effect).toBe(decision === 'allow' ? 'Allow' : 'Deny');
    }));
  });

  it('never shows a value of the request', () => {
    fc.assert(fc.property(inputs, fc.dictionary(keys, fc.constant('the secret'), { minKeys: 1 }), (input, context) => {
      expect(evaluate({ ...input, request: { ...input.request, context } }).reason).not.toContain('the secret');
    }));
  });
});

describe('any JSON', () => {
  it('as a policy is decided or refused with a typed error', () => {
    const json = fc.jsonValue({ maxDepth: 3 });
    const statement = fc.record(
      { Effect: elementOf('Allow', 'Deny'), Principal: json, Action: json, Resource: json, Condition: fc.dictionary(elementOf('StringLike', 'Null', 'Bool'), json) },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(fc.oneof(json, fc.record({ Statement: fc.oneof(json, statement, fc.array(statement)) })), (document) => {
      try {
        evaluate({ keyPolicy: document as any, request: { principal: 's3.amazonaws.com', action: 'kms:Decrypt' } });
      } catch (error) {
        expect(error).toBeInstanceOf(PolicyError);
      }
    }), { numRuns: 300 });
  });

  it('any text as principal and resource is decided or refused with a typed error', () => {
    const text = fc.oneof(fc.string(), fc.array(elementOf('arn', ':', 'aws', 'iam', OWNER, 'role/', 'x', '/', 'sts', 'assumed-role/')).map((parts) => parts.join('')));
    fc.assert(fc.property(text, text, (principal, resource) => {
      try {
        evaluate({ request: { principal, action: 'kms:Decrypt', resource } });
      } catch (error) {
        expect(error).toBeInstanceOf(RequestError);
      }
    }));
  });
});

/** Whether a condition holds for a value of the key; none for an absent key. */
function holds(operator: string, expected: string | string[], value: string | string[] | undefined): boolean {
  const Condition = { [operator]: { 'kms:EncryptionContext:k': expected } };
  const context: Record<string, string | string[]> = value === undefined ? {} : { 'kms:EncryptionContext:k': value };
  const document = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*', Condition }] };
  return decide({ keyPolicy: document, request: { principal: 's3.amazonaws.com', action: 'kms:Decrypt', context } }) === 'allow';
}

const alphabet = fc.string({ unit: elementOf('a', 'b', ':', '/', 'A'), maxLength: 8 });
const patterns = fc.string({ unit: elementOf('a', 'b', ':', '*', '?'), maxLength: 8 });
const VALUES: Record<string, fc.Arbitrary<string>> = {
  Numeric: fc.integer({ min: -3, max: 3 }).map(String),
  Date: fc.integer({ min: 1_700_000_000, max: 1_700_000_003 }).map((seconds) => new Date(1000 * seconds).toISOString()),
  Bool: elementOf('true', 'false'),
  Binary: elementOf('QQ==', 'Qg=='),
  Ip: elementOf('203.0.113.0/31', '203.0.113.1', '2001:db8::/32', '2001:db8::1'),
};
const valuesOf = (operator: string) => VALUES[Object.keys(VALUES).find((prefix) => operator.replace('Not', '').startsWith(prefix)) ?? ''] ?? alphabet;

describe('conditions', () => {
  it.each([...CONDITION_OPERATORS].filter(([, { negated }]) => negated).map(([name]) => [name, name.replace('Not', '')]))(
    '%s holds exactly when %s does not, with or without the key', (negated, positive) => {
      const value = valuesOf(positive);
      fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 3 }), fc.option(value, { nil: undefined }), (expected, actual) => {
        expect(holds(negated, expected, actual)).toBe(!holds(positive, expected, actual));
      }));
    });

  it.each([...CONDITION_OPERATORS.keys()])('%sIfExists differs only without the key, and set operators of one value change nothing', (operator) => {
    const value = valuesOf(operator);
    fc.assert(fc.property(value, value, (expected, actual) => {
      const plain = holds(operator, expected, actual);
      expect(holds(`${operator}IfExists`, expected, actual)).toBe(plain);
      fc.pre(actual !== '');
      expect(holds(`ForAnyValue:${operator}`, expected, [actual])).toBe(plain);
      expect(holds(`ForAllValues:${operator}`, expected, [actual])).toBe(plain);
    }));
  });

  it('ForAllValues and ForAnyValue are each other\'s negation', () => {
    const several = fc.option(fc.array(alphabet, { maxLength: 3 }), { nil: undefined });
    fc.assert(fc.property(fc.array(alphabet, { minLength: 1, maxLength: 3 }), several, (expected, actual) => {
      expect(holds('ForAllValues:StringNotEquals', expected, actual)).toBe(!holds('ForAnyValue:StringEquals', expected, actual));
      expect(holds('ForAllValues:StringEquals', expected, actual)).toBe(!holds('ForAnyValue:StringNotEquals', expected, actual));
    }));
  });

  it('StringLike is StringEquals for values without wildcards, StringEquals implies both', () => {
    fc.assert(fc.property(alphabet, alphabet, (expected, actual) => {
      const equal = holds('StringEquals', expected, actual);
      expect(equal).toBe(expected === actual);
      expect(holds('StringLike', expected, actual)).toBe(equal);
      expect(holds('StringEqualsIgnoreCase', expected, actual)).toBe(expected.toLowerCase() === actual.toLowerCase());
    }));
  });
});

describe('globs', () => {
  const glob = (pattern: string, kind: typeof TEXT) => globOf([{ text: pattern, literal: false }], kind);
  const inSegment = (pattern: string) => pattern.replaceAll('*', '[^:]*').replaceAll('?', '[^:]');
  const anywhere = (pattern: string) => pattern.replaceAll('*', '.*').replaceAll('?', '.');
  const arnTexts = fc.array(alphabet.map((text) => text.replaceAll(':', '')), { minLength: 4, maxLength: 8 }).map((segments) => segments.join(':'));
  const arnPatterns = fc.array(patterns.map((text) => text.replaceAll(':', '')), { minLength: 6, maxLength: 7 }).map((segments) => segments.join(':'));

  it('match text as the regular expression does', () => {
    fc.assert(fc.property(patterns, alphabet, (pattern, text) => {
      expect(matchesGlob(glob(pattern, TEXT), text)).toBe(new RegExp(`^${anywhere(pattern)}$`, 's').test(text));
    }), { numRuns: 1000 });
  });

  it('match ARNs segment by segment', () => {
    fc.assert(fc.property(arnPatterns, arnTexts, (pattern, text) => {
      const segments = pattern.split(':');
      const expected = `^${segments.slice(0, 5).map(inSegment).join(':')}:${anywhere(segments.slice(5).join(':'))}$`;
      expect(matchesGlob(glob(pattern, ARN), text)).toBe(new RegExp(expected, 's').test(text));
    }), { numRuns: 1000 });
  });

  it('match resources with a star that ends its segment running on', () => {
    fc.assert(fc.property(fc.oneof(patterns, arnPatterns), fc.oneof(alphabet, arnTexts), (pattern, text) => {
      const segments = pattern.split(':');
      const head = segments.slice(0, 5).map((segment) => segment.endsWith('*') ? `${inSegment(segment.slice(0, -1))}.*` : inSegment(segment));
      const expected = [...head, ...segments.slice(5).map(anywhere)].join(':');
      expect(matchesGlob(glob(pattern, RESOURCE), text)).toBe(new RegExp(`^${expected}$`, 's').test(text));
    }), { numRuns: 1000 });
  });

  it('take no exponential time', () => {
    const [pattern, text] = ['*a'.repeat(60) + 'b', 'a'.repeat(3000)];
    const start = performance.now();
    expect(matchesGlob(glob(pattern, TEXT), text)).toBe(false);
    expect(matchesGlob(glob(`arn:${pattern}:*`, RESOURCE), `arn:${text}:x`)).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('addresses', () => {
  it('are in the blocks that Node puts them in', () => {
    const bytes = elementOf(0, 1, 127, 128, 255);
    const ipv4 = fc.tuple(bytes, bytes, bytes, bytes).map((parts) => parts.join('.'));
    const group = elementOf(0, 1, 0x7fff, 0x8000, 0xffff);
    const ipv6 = fc.tuple(...Array.from({ length: 8 }, () => group)).map((parts) => parts.map((part) => part.toString(16)).join(':'));
    const family = fc.oneof(fc.record({ net: ipv4, address: ipv4, mask: fc.nat(32) }), fc.record({ net: ipv6, address: ipv6, mask: fc.nat(128) }));
    fc.assert(fc.property(family, ({ net, address, mask }) => {
      const type = isIP(net) === 6 ? 'ipv6' : 'ipv4';
      const blocks = new BlockList();
      blocks.addSubnet(net, mask, type);
      expect(addressBits(address)?.startsWith(blockPrefix(`${net}/${mask}`) ?? '?')).toBe(blocks.check(address, type));
    }), { numRuns: 500 });
  });

  it('are those that Node reads', () => {
    const text = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: elementOf('0', '1', 'f', ':', '::', '.', '255'), maxLength: 12 }));
    fc.assert(fc.property(text, (address) => {
      expect(addressBits(address) !== undefined).toBe(isIP(address) !== 0);
    }), { numRuns: 1000, examples: [['1:2:3:4::5:6:7:8'], ['1:2:3::5:6:7:8'], ['::'], ['1::2::3'], ['::1.2.3.4'], ['1.2.3.04'], ['::1.2.3']] });
  });
});
