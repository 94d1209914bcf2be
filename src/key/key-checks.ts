import { Duration, Names, Stack, Token } from 'aws-cdk-lib';
import * as kms from 'aws-cdk-lib/aws-kms';
import { IConstruct } from 'constructs';
import { canRotate, KEY_USAGES } from '../policy/key-specs';
import { ALIAS_NAME, PENDING_WINDOW_DAYS, ROTATION_PERIOD_DAYS } from '../policy/limits';

/** Refuses props that AWS KMS would refuse at deployment, or that stock CDK lets through although they cannot work. */
export function checkKeyProps(props: kms.KeyProps): void {
  const keySpec = props.keySpec ?? kms.KeySpec.SYMMETRIC_DEFAULT;
  checkUsage(keySpec, props.keyUsage ?? kms.KeyUsage.ENCRYPT_DECRYPT);
  checkRotation(keySpec, props);
  checkDays('rotationPeriod', props.rotationPeriod, ROTATION_PERIOD_DAYS);
  checkDays('pendingWindow', props.pendingWindow, PENDING_WINDOW_DAYS);
}

/**
 * Refuses the name of an alias, with or without its prefix, that is reserved for AWS, or holds characters that AWS KMS refuses
 * (API Reference, CreateAlias).
 */
export function checkAliasName(given: string): void {
  if (Token.isUnresolved(given)) { return; }
  const aliasName = given.startsWith('alias/') ? given : `alias/${given}`;
  if (aliasName.startsWith('alias/aws/')) {
    throw new Error(`The alias is '${given}'; names that begin with alias/aws/ are reserved for AWS managed keys. Choose a name outside alias/aws/.`);
  }
  if (!ALIAS_NAME.test(aliasName)) {
    throw new Error(`The alias is '${given}'; AWS KMS accepts up to 256 letters, digits and the characters : / _ - behind alias/. Rename it.`);
  }
}

/**
 * The alias of a key that was given none: its stack's name and its path there, so that one app deployed twice under other stack
 * names does not fight over an alias.
 */
export function derivedAliasName(key: IConstruct): string {
  const outermost = key.node.scopes.find(Stack.isStack) as Stack;
  const path = key.node.path.slice(outermost.node.path.length);
  const aliasName = `alias/${outermost.stackName}${path}`;
  const isAcceptable = !Token.isUnresolved(aliasName) && ALIAS_NAME.test(aliasName) && !aliasName.startsWith('alias/aws/');
  return isAcceptable ? aliasName : `alias/${Names.uniqueResourceName(key, { separator: '/', allowedSpecialCharacters: '/_-', maxLength: 200 })}`;
}

function checkUsage(keySpec: string, keyUsage: string): void {
  const usages = KEY_USAGES[keySpec];
  if (usages && !usages.includes(keyUsage)) {
    throw new Error(`'keyUsage' is ${keyUsage} on a key of spec ${keySpec}; such a key can be used for ${usages.join(' or ')}. `
      + `Set keyUsage: KeyUsage.${usages[0]}, or choose another keySpec.`);
  }
}

function checkRotation(keySpec: string, props: kms.KeyProps): void {
  if (props.rotationPeriod && props.enableKeyRotation === false) {
    throw new Error("'rotationPeriod' is given, and 'enableKeyRotation' is false; a period needs rotation. Remove one of the two.");
  }
  if (canRotate(keySpec) || (!props.enableKeyRotation && !props.rotationPeriod)) { return; }
  const asked = props.enableKeyRotation ? "'enableKeyRotation' is true" : "'rotationPeriod' is given";
  throw new Error(`${asked} on a key of spec ${keySpec}; AWS KMS rotates only SYMMETRIC_DEFAULT keys. `
    + 'Remove it, and rotate such a key by hand: a new key, and the alias moved to it.');
}

function checkDays(prop: string, duration: Duration | undefined, allowed: { min: number; max: number }): void {
  if (!duration || duration.isUnresolved()) { return; }
  const days = duration.toDays({ integral: false });
  if (Number.isInteger(days) && days >= allowed.min && days <= allowed.max) { return; }
  const remedy = days < allowed.min ? `Set Duration.days(${allowed.min}) or more.`
    : days > allowed.max ? `Set Duration.days(${allowed.max}) or less.` : 'Set whole days.';
  throw new Error(`'${prop}' is ${days} days; AWS KMS accepts ${allowed.min} to ${allowed.max} days. ${remedy}`);
}
