import { IntegTest } from '@aws-cdk/integ-tests-alpha';
import { App, RemovalPolicies } from 'aws-cdk-lib';
import { OrdersStack } from '../examples/orders/orders-stack';
import { KeyProfile } from '../src';

// The story of `npm start`, for a sandbox account: the deployment succeeds only if the round trip does.
const app = new App({
  stackTraces: false,
  postCliContext: { 'aws:cdk:disable-creation-stack-traces': true }, // a snapshot knows nothing of the machine that wrote it
});
KeyProfile.use(app, KeyProfile.SANDBOX);
const stack = new OrdersStack(app, 'CmkIntegOrders');
RemovalPolicies.of(stack).destroy();
new IntegTest(app, 'OrdersTest', { testCases: [stack] });
