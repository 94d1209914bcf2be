module example/orders

go 1.23

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.260.0
	github.com/aws/constructs-go/constructs/v10 v10.5.1
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/example/cdk-customer-managed-keys-go/cdkcustomermanagedkeys v0.0.0
)

replace github.com/example/cdk-customer-managed-keys-go/cdkcustomermanagedkeys => ../../dist/go/cdkcustomermanagedkeys
