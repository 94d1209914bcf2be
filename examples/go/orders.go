// The README's app in Go: synthesises, and prints the number of resources of the template.
package main

import (
	"fmt"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"
	cmk "github.com/example/cdk-customer-managed-keys-go/cdkcustomermanagedkeys"
)

func main() {
	defer jsii.Close()
	app := awscdk.NewApp(&awscdk.AppProps{AnalyticsReporting: jsii.Bool(false)})
	stack := awscdk.NewStack(app, jsii.String("Orders"), nil)
	key := cmk.NewCustomerManagedKey(stack, jsii.String("Key"), &cmk.CustomerManagedKeyProps{Alias: jsii.String("orders")})
	bucket := cmk.NewEncryptedBucket(stack, jsii.String("Bucket"), &cmk.EncryptedBucketProps{EncryptionKey: key})
	bucket.GrantRead(awsiam.NewRole(stack, jsii.String("Reader"), &awsiam.RoleProps{AssumedBy: awsiam.NewAccountRootPrincipal()}), nil)
	key.ShareWith(cmk.KeySharing_Account(jsii.String("444455556666")).Roles(jsii.String("orders-*")).DecryptOnly())
	cmk.NewEnvelopeRoundTrip(stack, jsii.String("Proof"), &cmk.EnvelopeRoundTripProps{EncryptionKey: key})
	template := app.Synth(nil).GetStackByName(jsii.String("Orders")).Template().(map[string]interface{})
	fmt.Println("Go:", len(template["Resources"].(map[string]interface{})), "resources")
}
