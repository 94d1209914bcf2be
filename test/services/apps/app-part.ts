import * as kms from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** A small part of an app in which a key is used in one way. */
export type AppPart = (scope: Construct, key: kms.IKey) => void;
export type AppParts = Readonly<Record<string, AppPart>>;
