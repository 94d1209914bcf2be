import { Token } from 'aws-cdk-lib';
import { SERVICE_USES } from '../services/catalogue';
import { ServiceUse } from '../services/service-facts';

/** Whose resources a use comes from. */
export interface KeyUseProps {
  /**
   * The id of the account that owns the resources.
   *
   * @default - the key's account
   */
  readonly account?: string;

  /**
   * The Region of the resources.
   *
   * @default - the key's Region
   */
  readonly region?: string;
}

/** A use of a key that the construct tree does not show: by resources of another app, or of another account. */
export class KeyUse {
  /**
   * A use that the library's service table knows, such as `cloudwatch:alarm` or `logs:log-group`.
   *
   * The statement is the one that the automatic wiring writes for resources of the app.
   *
   * @param id an id of the README's table of services
   * @throws when the table has no such id
   */
  public static of(id: string, props: KeyUseProps = {}): KeyUse {
    const use = SERVICE_USES.get(id);
    if (!use) {
      throw new Error(`'${id}' is no use of a key that this library knows. Known are ${KeyUse.ids().join(', ')}. `
        + 'Write any other with key.addToResourcePolicy(), in a statement with a sid of its own.');
    }
    refuseUnlike('account', props.account, /^\d{12}$/, "12 digits, such as '111122223333'");
    refuseUnlike('region', props.region, /^[a-z]{2}(-[a-z]+)+-\d+$/, "the code of a Region, such as 'eu-west-1'");
    return new KeyUse(use, props.account, props.region);
  }

  /** The ids that `of` takes. */
  public static ids(): string[] {
    return [...SERVICE_USES.keys()].sort();
  }

  private constructor(
    /** @internal */
    public readonly _facts: ServiceUse,
    /** The account that owns the resources; the key's account when absent. */
    public readonly account?: string,
    /** The Region of the resources; the key's Region when absent. */
    public readonly region?: string,
  ) {}

  /** The id of the use. */
  public get id(): string {
    return this._facts.id;
  }
}

function refuseUnlike(prop: string, value: string | undefined, form: RegExp, allowed: string): void {
  if (value === undefined || Token.isUnresolved(value) || form.test(value)) { return; }
  throw new Error(`'${prop}' of a KeyUse is '${value}'; it is ${allowed}. Correct it, or leave it out for that of the key.`);
}
