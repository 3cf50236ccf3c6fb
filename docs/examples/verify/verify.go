// Verify a webhook (Standard Webhooks 1.0.0), read its case and answer, with the standard library of Go only.
// Try it: WEBHOOK_SECRET=whsec_… go run verify.go ID TIMESTAMP SIGNATURE < body
// With API_URL=https://… and API_KEY=zz_test_… the case is read as well, and a new one answered.
package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
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

const answer = `{"party": "platform", "position": "accepted_in_part", "words": "已收到投诉，正在核对。", "facts": {}, "evidence": []}`

// readAndAnswer says what became of it. At 429 and 5xx call it again later, at 412 (the case has changed) at once.
func readAndAnswer(site, key string, notice []byte) (string, error) {
	var told struct {
		Type string `json:"type"`
		Data struct {
			Case string `json:"case"`
		} `json:"data"`
	}
	if err := json.Unmarshal(notice, &told); err != nil || told.Data.Case == "" {
		return "no case", err
	}
	url := site + "/api/v1/cases/" + told.Data.Case
	version, err := call("GET", url, key, "", nil)
	if err != nil || told.Type != "case.opened" {
		return "read", err
	}
	// The same key and the same bytes, however often it is sent: it is one answer.
	once := map[string]string{"Idempotency-Key": "answer-" + told.Data.Case, "If-Match": version}
	_, err = call("POST", url+"/responses", key, answer, once)
	return "answered", err
}

// call returns the ETag of what was read; what the body says is yours to use.
func call(method, url, key, body string, more map[string]string) (string, error) {
	request, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	request.Header.Set("Authorization", "Bearer "+key)
	request.Header.Set("Content-Type", "application/json")
	for name, value := range more {
		request.Header.Set(name, value)
	}
	reply, err := (&http.Client{Timeout: 20 * time.Second}).Do(request)
	if err != nil {
		return "", err
	}
	defer reply.Body.Close()
	said, err := io.ReadAll(reply.Body)
	if reply.StatusCode >= 300 {
		return "", fmt.Errorf("%d: %s", reply.StatusCode, said)
	}
	return reply.Header.Get("ETag"), err
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
	if site := os.Getenv("API_URL"); site != "" { // in a server: say 2xx first, then do this
		done, err := readAndAnswer(site, os.Getenv("API_KEY"), body)
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		fmt.Println(done)
	}
}
