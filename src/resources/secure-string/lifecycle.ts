import { ParameterProperties } from './contract';
import { generatedValue } from './generated-value';
import { OwnedParameter } from './owned-parameter';
import { patient } from './patience';
import { notStandardAgain, refusal, vanished } from './refusals';
import { secretValue } from './secret-value';
import { ParameterStore, SecretStore } from './stores';
import { recordOf, valuePlan } from './value-record';
import { CloudFormationRequest } from '../../custom-resource/cloudformation-contract';
import { Outcome, Work } from '../../custom-resource/custom-resource-handler';

/** Makes, changes and deletes the parameter of a `SecureStringParameter`. */
export function secureStringWork(parameters: ParameterStore, secrets: SecretStore): Work<ParameterProperties> {
  return async (request, clock) => {
    const change = new ParameterChange(new OwnedParameter(patient(parameters, clock), request), patient(secrets, clock), request);
    try {
      return await change.run();
    } catch (error) {
      throw refusal(error, request.ResourceProperties, mayHaveMade(error, request) ? request.ResourceProperties.Name : undefined);
    }
  };
}

/**
 * Whether a Create that failed may have made a parameter, for its Delete to look for; what is not its own, the Delete leaves alone.
 * Where the service refused, it has made nothing: a Delete would be refused as well, and the roll-back would fail.
 */
function mayHaveMade(error: unknown, { RequestType }: CloudFormationRequest<ParameterProperties>): boolean {
  const { httpStatusCode = 0 } = (error as { $metadata?: { httpStatusCode?: number } }).$metadata ?? {};
  return RequestType === 'Create' && !(httpStatusCode >= 400 && httpStatusCode < 500);
}

class ParameterChange {
  private readonly properties: ParameterProperties;

  constructor(
    private readonly parameter: OwnedParameter,
    private readonly secrets: SecretStore,
    private readonly request: CloudFormationRequest<ParameterProperties>,
  ) {
    this.properties = request.ResourceProperties;
  }

  public async run(): Promise<Outcome> {
    switch (this.request.RequestType) {
      case 'Create': return this.make();
      case 'Update': return this.request.OldResourceProperties?.Name === this.properties.Name ? this.change() : this.make();
      case 'Delete':
        await this.parameter.delete();
        return {};
    }
  }

  /** One that exists and is this resource's own comes from a request that was delivered twice, or is rolled back to. */
  private async make(): Promise<Outcome> {
    return await this.parameter.create(await this.newValue()) ? this.outcome(1) : this.change();
  }

  private async change(): Promise<Outcome> {
    const state = await this.parameter.state();
    if (!state) throw vanished(this.properties);
    const plan = valuePlan(state, recordOf(this.properties, state.version));
    const asksForStandard = this.request.OldResourceProperties?.Tier === 'Advanced' && this.properties.Tier === 'Standard';
    if (asksForStandard && !plan.rollsBack) throw notStandardAgain(this.properties);
    const value = plan.from === undefined ? await this.newValue() : await this.parameter.read(plan.from);
    return this.outcome(await this.parameter.change(value, plan));
  }

  private async newValue(): Promise<string> {
    const { Value } = this.properties;
    return Value.Source === 'generated' ? generatedValue(Value) : secretValue(this.secrets, Value);
  }

  /** The name is the physical id: another name is another parameter, and CloudFormation deletes the old one when all else is done. */
  private outcome(version: number): Outcome {
    return { physicalResourceId: this.properties.Name, attributes: { Arn: this.properties.Arn, Version: version } };
  }
}
