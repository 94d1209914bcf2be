import { Validations } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';

const PACKS = {
  AwsSolutions: 'AwsSolutions-',
  HIPAA: 'HIPAA.Security-',
  R4: 'NIST.800.53.R4-',
  R5: 'NIST.800.53.R5-',
  PCI: 'PCI.DSS.321-',
  Serverless: 'Serverless-',
};

/** A rule of cdk-nag that does not hold for a resource on purpose. */
export interface ScannerRule {
  /** The rule's name in each pack that has it. */
  readonly names: Partial<Record<keyof typeof PACKS, string>>;
  readonly reason: string;
}

/** Acknowledges a rule in every pack that has it, so that what a scanner still reports is the user's to decide. */
export function acknowledgeRule(scope: IConstruct, { names, reason }: ScannerRule): void {
  const ids = Object.entries(names).map(([pack, name]) => PACKS[pack as keyof typeof PACKS] + name);
  Validations.of(scope).acknowledge(...ids.map((id) => ({ id, reason })));
}
