// Verify a webhook (Standard Webhooks 1.0.0) with the standard library of Go only.
// Try it: WEBHOOK_SECRET=whsec_… go run verify.go ID TIMESTAMP SIGNATURE < body
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"
)

const tolerance = 300 // seconds, either way

// verify returns nil where the signature is valid, else what is wrong. body: the raw bytes, before any parsing.
func verify(id, timestamp, signature string, body []byte, secrets []string, now int64) error {
	at, err := strconv.ParseUint(timestamp, 10, 36)
	if id == "" || err != nil {
		return errors.New("webhook-id or webhook-timestamp is missing")
	}
	if off := now - int64(at); off > tolerance || off < -tolerance {
		return errors.New("the timestamp is more than five minutes off")
	}
	for _, secret := range secrets { // two while a secret is being renewed
		key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
		if err != nil {
			return errors.New("the secret is not base64")
		}
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(id + "." + timestamp + "."))
		mac.Write(body)
		expected := "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil))
		for _, one := range strings.Fields(signature) {
			if hmac.Equal([]byte(one), []byte(expected)) { // in constant time
				return nil
			}
		}
	}
	return errors.New("no signature fits")
}

func main() {
	body, err := io.ReadAll(os.Stdin)
	if err == nil {
		secrets := strings.Fields(os.Getenv("WEBHOOK_SECRET"))
		err = verify(os.Args[1], os.Args[2], os.Args[3], body, secrets, time.Now().Unix())
	}
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println("valid")
}
