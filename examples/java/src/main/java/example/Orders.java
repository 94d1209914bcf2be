package example;

import io.github.example.cmk.CustomerManagedKey;
import io.github.example.cmk.EncryptedBucket;
import io.github.example.cmk.EnvelopeRoundTrip;
import io.github.example.cmk.KeySharing;
import java.util.Map;
import java.util.TreeSet;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.Role;

/** The README's app in Java: synthesises, and prints the resources of the template. */
public final class Orders {
    public static void main(final String[] args) {
        App app = App.Builder.create().analyticsReporting(false).build();
        Stack stack = new Stack(app, "Orders");
        CustomerManagedKey key = CustomerManagedKey.Builder.create(stack, "Key").alias("orders").build();
        EncryptedBucket bucket = EncryptedBucket.Builder.create(stack, "Bucket").encryptionKey(key).build();
        bucket.grantRead(Role.Builder.create(stack, "Reader").assumedBy(new AccountRootPrincipal()).build());
        key.shareWith(KeySharing.account("444455556666").roles("orders-*").decryptOnly());
        EnvelopeRoundTrip.Builder.create(stack, "Proof").encryptionKey(key).build();
        Map<?, ?> template = (Map<?, ?>) app.synth().getStackByName("Orders").getTemplate();
        System.out.println("Java: " + String.join(" ", new TreeSet<>(((Map<String, ?>) template.get("Resources")).keySet())));
    }
}
