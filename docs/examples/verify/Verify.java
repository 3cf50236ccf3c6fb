import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Verify a webhook (Standard Webhooks 1.0.0) with what Java 11 or newer brings.
 * Try it: WEBHOOK_SECRET=whsec_… java Verify.java ID TIMESTAMP SIGNATURE < body
 */
public class Verify {
    static final long TOLERANCE = 300; // seconds, either way

    /** Null where the signature is valid, else what is wrong. body: the raw bytes, before any parsing. */
    static String problem(String id, String timestamp, String signature, byte[] body, String[] secrets, long now)
            throws GeneralSecurityException {
        if (id == null || id.isEmpty() || timestamp == null || !timestamp.matches("[0-9]{1,11}")) {
            return "webhook-id or webhook-timestamp is missing";
        }
        if (Math.abs(now - Long.parseLong(timestamp)) > TOLERANCE) {
            return "the timestamp is more than five minutes off";
        }
        for (String secret : secrets) { // two while a secret is being renewed
            byte[] key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            byte[] expected = bytes("v1," + Base64.getEncoder().encodeToString(mac.doFinal(body)));
            for (String one : signature.split(" ")) {
                if (MessageDigest.isEqual(bytes(one), expected)) { // in constant time
                    return null;
                }
            }
        }
        return "no signature fits";
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public static void main(String[] given) throws Exception {
        String[] secrets = System.getenv("WEBHOOK_SECRET").split(" ");
        long now = System.currentTimeMillis() / 1000;
        String found = problem(given[0], given[1], given[2], System.in.readAllBytes(), secrets, now);
        System.out.println(found == null ? "valid" : found);
        System.exit(found == null ? 0 : 1);
    }
}
