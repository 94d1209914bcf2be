import { KmsException, type ExceptionName } from '../exceptions';

export const KEY_STATES = [
  'Enabled', 'Disabled', 'PendingDeletion', 'PendingReplicaDeletion', 'PendingImport', 'Unavailable', 'Creating', 'Updating',
] as const;

export type KeyState = (typeof KEY_STATES)[number];

const ok = undefined;
const DIS = 'DisabledException';
const INV = 'KMSInvalidStateException';
const UNS = 'UnsupportedOperationException';

type Cell = ExceptionName | undefined;
type Row = readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell, Cell];

// AWS KMS Developer Guide, Key states of AWS KMS keys. Where the page leaves open whether a key that waits for its deletion is
// disabled or invalid, it is invalid: the guide's metric filter for such keys looks for "is pending deletion".
//                     Enabled  Disabled  PendingDeletion  PendingReplicaDeletion  PendingImport  Unavailable  Creating  Updating
const USE: Row = /*        */ [ok, /*  */ DIS, /*        */ INV, /*               */ INV, /*      */ INV, /*    */ INV, /* */ INV, /* */ ok];
const READ: Row = /*       */ [ok, /*  */ ok, /*         */ ok, /*                */ ok, /*       */ ok, /*     */ ok, /*  */ ok, /*  */ ok];
const GRANT: Row = /*      */ [ok, /*  */ DIS, /*        */ INV, /*               */ INV, /*      */ INV, /*    */ ok, /*  */ INV, /* */ ok];
const LABEL: Row = /*      */ [ok, /*  */ ok, /*         */ INV, /*               */ INV, /*      */ ok, /*     */ ok, /*  */ ok, /*  */ ok];
const SWITCH: Row = /*     */ [ok, /*  */ ok, /*         */ INV, /*               */ INV, /*      */ INV, /*    */ ok, /*  */ INV, /* */ INV];
const ROTATION: Row = /*   */ [ok, /*  */ DIS, /*        */ INV, /*               */ INV, /*      */ UNS, /*    */ UNS, /* */ INV, /* */ ok];
const STATUS: Row = /*     */ [ok, /*  */ ok, /*         */ ok, /*                */ ok, /*       */ UNS, /*    */ UNS, /* */ INV, /* */ ok];
const ON_DEMAND: Row = /*  */ [ok, /*  */ DIS, /*        */ INV, /*               */ INV, /*      */ INV, /*    */ UNS, /* */ INV, /* */ ok];
const HISTORY: Row = /*    */ [ok, /*  */ ok, /*         */ ok, /*                */ ok, /*       */ ok, /*     */ UNS, /* */ INV, /* */ ok];
const PARAMETERS: Row = /* */ [ok, /*  */ ok, /*         */ INV, /*               */ INV, /*      */ ok, /*     */ UNS, /* */ INV, /* */ INV];
const IMPORT: Row = /*     */ [ok, /*  */ ok, /*         */ INV, /*               */ INV, /*      */ ok, /*     */ UNS, /* */ INV, /* */ ok];
const REMOVAL: Row = /*    */ [ok, /*  */ ok, /*         */ ok, /*                */ ok, /*       */ ok, /*     */ UNS, /* */ INV, /* */ INV];
const SCHEDULE: Row = /*   */ [ok, /*  */ ok, /*         */ INV, /*               */ INV, /*      */ ok, /*     */ ok, /*  */ ok, /*  */ INV];
const CANCEL: Row = /*     */ [INV, /* */ INV, /*        */ ok, /*                */ ok, /*       */ INV, /*    */ INV, /* */ INV, /* */ INV];
const REPLICATE: Row = /*  */ [ok, /*  */ DIS, /*        */ INV, /*               */ INV, /*      */ INV, /*    */ UNS, /* */ INV, /* */ INV];
const MOVE: Row = /*       */ [ok, /*  */ DIS, /*        */ INV, /*               */ INV, /*      */ INV, /*    */ UNS, /* */ INV, /* */ ok];

/** Each operation's row. UpdateAlias is held against the key that the alias moves onto; the one it leaves may be in any state. */
const STATE_TABLE: Readonly<Record<string, Row>> = {
  Encrypt: USE,
  Decrypt: USE,
  ReEncrypt: USE,
  GenerateDataKey: USE,
  GenerateDataKeyPair: USE,
  GenerateDataKeyPairWithoutPlaintext: USE,
  GenerateDataKeyWithoutPlaintext: USE,
  GetPublicKey: USE,
  Sign: USE,
  Verify: USE,
  DeriveSharedSecret: USE,
  Encapsulate: USE,
  Decapsulate: USE,
  GenerateMac: USE,
  VerifyMac: USE,
  CreateGrant: GRANT,
  DescribeKey: READ,
  GetKeyPolicy: READ,
  PutKeyPolicy: READ,
  ListKeyPolicies: READ,
  GetKeyLastUsage: READ,
  DeleteAlias: READ,
  ListResourceTags: READ,
  ListGrants: READ,
  RetireGrant: READ,
  RevokeGrant: READ,
  CreateAlias: LABEL,
  UpdateAlias: LABEL,
  TagResource: LABEL,
  UntagResource: LABEL,
  UpdateKeyDescription: LABEL,
  EnableKey: SWITCH,
  DisableKey: SWITCH,
  EnableKeyRotation: ROTATION,
  DisableKeyRotation: ROTATION,
  GetKeyRotationStatus: STATUS,
  RotateKeyOnDemand: ON_DEMAND,
  ListKeyRotations: HISTORY,
  GetParametersForImport: PARAMETERS,
  ImportKeyMaterial: IMPORT,
  DeleteImportedKeyMaterial: REMOVAL,
  ScheduleKeyDeletion: SCHEDULE,
  CancelKeyDeletion: CANCEL,
  ReplicateKey: REPLICATE,
  UpdatePrimaryRegion: MOVE,
};

interface KeyInState {
  readonly arn: string;
  readonly state: KeyState;
  readonly origin: string;
}

/** Why `operation` cannot be done to a key in this state, or nothing. */
export function incompatibleState(operation: string, key: KeyInState): KmsException | undefined {
  const row = STATE_TABLE[operation];
  if (!row) { throw new Error(`'${operation}' has no row in the key-state table. Add it to key-state.ts.`); }
  const exception = row[KEY_STATES.indexOf(key.state)];
  return exception && new KmsException(exception, messageOf(operation, exception, key));
}

export function wrongOrigin({ arn, origin }: Pick<KeyInState, 'arn' | 'origin'>): string {
  return `${arn} origin is ${origin} which is not valid for this operation.`;
}

function messageOf(operation: string, exception: ExceptionName, { arn, state, origin }: KeyInState): string {
  if (exception === UNS) { return wrongOrigin({ arn, origin }); }
  if (operation === 'CancelKeyDeletion') { return `${arn} is not pending deletion.`; }
  return `${arn} is ${state.replace(/\B(?=[A-Z])/g, ' ').toLowerCase()}.`;
}
