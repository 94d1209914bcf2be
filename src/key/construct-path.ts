import { IConstruct } from 'constructs';

/** The path of the construct that a user wrote, rather than of the CloudFormation element below it. */
export function pathOf(construct: IConstruct): string {
  return inShort(construct.node.path);
}

/** A construct path without the id of the CloudFormation element at its end. */
export function inShort(path: string): string {
  return path.replace(/\/(Resource|Default)$/, '');
}
