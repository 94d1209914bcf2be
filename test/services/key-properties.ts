import { readFileSync } from 'node:fs';
import * as ts from 'typescript';

// CDK has no table of its own that says which property holds a key; the names do (aws:kms ones, and KeyId inside SSEKMS or StreamEncryption).
const KEY = /kms.*(key|arn)|^keyId$|^keyArn$/i;
const NO_KEY = /reuse|enabled/i;

/** The paths of an L1 class's properties that hold a key by their name, as CDK spells them: `AWS::SQS::Queue kmsMasterKeyId`. */
export function keyProperties(module: string, resource: string): string[] {
  const interfaces = interfacesOf(module);
  const type = `AWS::${SERVICE[module] ?? module.toUpperCase()}::${resource}`;
  return pathsOf(`Cfn${resource}Props`, interfaces, []).map((path) => `${type} ${path}`);
}

const SERVICE: Record<string, string> = { kinesis: 'Kinesis', logs: 'Logs' };

type Interfaces = ReadonlyMap<string, readonly ts.PropertySignature[]>;

function pathsOf(name: string, interfaces: Interfaces, above: readonly string[]): string[] {
  if (above.includes(name)) { return []; } // lifecycle filters and the like hold themselves
  return (interfaces.get(name) ?? []).flatMap((property) => {
    const type = property.type?.getText() ?? '';
    const path = property.name.getText();
    if (KEY.test(path) && !NO_KEY.test(path)) { return [path]; }
    const list = /Array</.test(type) ? '[]' : '';
    const inner = [...type.matchAll(/Cfn\w+\.\w+Property/g)].flatMap(([each]) => pathsOf(each, interfaces, [...above, name]));
    return inner.map((rest) => `${path}${list}.${rest}`);
  });
}

function interfacesOf(module: string): Interfaces {
  const file = require.resolve(`aws-cdk-lib/aws-${module}`).replace(/index\.js$/, `lib/${module}.generated.d.ts`);
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const found = new Map<string, readonly ts.PropertySignature[]>();
  const visit = (node: ts.Node, namespace: string) => {
    if (ts.isInterfaceDeclaration(node)) { found.set(namespace + node.name.text, node.members.filter(ts.isPropertySignature)); }
    if (ts.isModuleDeclaration(node)) { ts.forEachChild(node.body!, (child) => visit(child, `${node.name.text}.`)); }
  };
  ts.forEachChild(source, (node) => visit(node, ''));
  return found;
}
