import { App, Duration, Stack, StackProps } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import * as events from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { SqsDestination } from 'aws-cdk-lib/aws-s3-notifications';
import * as sqs from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  CustomerManagedKey, EncryptedBucket, EncryptedTopic, EnvelopeRoundTrip, KeyClaim, KeyProfile, SecureStringParameter, SecureStringValue,
} from '../../src';

/** An order service: stock and golden resources, two roles and an administrator, one key, and the proof that the key works. */
export class OrdersStack extends Stack {
  public readonly key: CustomerManagedKey;
  public readonly writer: iam.Role;
  public readonly reader: iam.Role;

  constructor(scope: Construct, id: string, props?: StackProps) {
    super(scope, id, props);
    const [writer, reader, security] = ['OrdersWriter', 'OrdersReader', 'Security'].map((name) => this.role(name));
    this.writer = writer!;
    this.reader = reader!;
    this.key = new CustomerManagedKey(this, 'Key', { alias: 'orders', admins: [security!] });

    // Golden resources, and stock ones: the key finds both.
    const bucket = new EncryptedBucket(this, 'Orders', { encryptionKey: this.key });
    const topic = new EncryptedTopic(this, 'Alerts', { masterKey: this.key });
    const queue = new sqs.Queue(this, 'Incoming', { encryptionMasterKey: this.key, enforceSSL: true });
    const stream = new kinesis.Stream(this, 'Clicks', { encryptionKey: this.key });
    new logs.LogGroup(this, 'Logs', { encryptionKey: this.key });

    // Who sends into what the key protects: nothing to say about the key.
    bucket.addEventNotification(s3.EventType.OBJECT_CREATED, new SqsDestination(queue));
    new events.Rule(this, 'Nightly', { schedule: events.Schedule.rate(Duration.days(1)), targets: [new SqsQueue(queue)] });
    new cloudwatch.Alarm(this, 'Backlog', { metric: queue.metricApproximateNumberOfMessagesVisible(), threshold: 100, evaluationPeriods: 1 })
      .addAlarmAction(new SnsAction(topic));

    stream.grantWrite(this.writer);
    bucket.grantRead(this.reader);
    queue.grantConsumeMessages(this.reader);

    new SecureStringParameter(this, 'DbPassword', {
      encryptionKey: this.key, parameterName: '/orders/db', value: SecureStringValue.generated({ passwordLength: 32 }),
    }).grantRead(this.reader);
    new EnvelopeRoundTrip(this, 'Proof', { encryptionKey: this.key });

    // What must stay true, whoever adds to the policy: proved at every synthesis.
    this.key.claim(KeyClaim.usableOnlyBy({}), KeyClaim.administratorsCannotUse(), KeyClaim.deployRoleKeepsControl());
  }

  private role(name: string): iam.Role {
    return new iam.Role(this, name, { assumedBy: new iam.AccountRootPrincipal() });
  }
}

/** The app of the example, for a sandbox. */
export function ordersApp(): { app: App; stack: OrdersStack } {
  const app = new App({ analyticsReporting: false });
  KeyProfile.use(app, KeyProfile.SANDBOX);
  return { app, stack: new OrdersStack(app, 'Orders') };
}
