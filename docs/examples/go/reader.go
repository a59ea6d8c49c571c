// Reads a topic of Minka to its end and prints the newest state of each subject, one JSON object a line.
//
//	go run . [TOPIC TYPE...]
//
// TYPE... are the types of events that this program understands. KAFKA_BOOTSTRAP, KAFKA_SECURITY_PROTOCOL,
// KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_CA_FILE say which broker; without them it is the open one of a trial on this
// machine.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"log"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kgo"
	"github.com/twmb/franz-go/pkg/sasl/scram"
)

var outcomes = []string{"reporting.outcomes", "minka.reporting.OutcomePublished.v1"}

type state struct {
	Subject string          `json:"subject"`
	Version int             `json:"version"`
	Type    string          `json:"type"`
	Data    json.RawMessage `json:"data"`
}

type reader struct {
	known      []string
	states     map[string]state
	passedOver map[string]int
}

func main() {
	arguments := os.Args[1:]
	if len(arguments) == 0 {
		arguments = outcomes
	}
	found := reader{known: arguments[1:], states: map[string]state{}, passedOver: map[string]int{}}
	if err := read(context.Background(), arguments[0], found.keepNewest); err != nil {
		log.Fatal(err)
	}
	lines := json.NewEncoder(os.Stdout)
	lines.SetEscapeHTML(false)
	for _, subject := range slices.Sorted(maps.Keys(found.states)) {
		if err := lines.Encode(found.states[subject]); err != nil {
			log.Fatal(err)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(found.passedOver)) {
		fmt.Fprintf(os.Stderr, "passed over %d of %s\n", found.passedOver[kind], kind)
	}
}

// keepNewest keeps a record whose version is the highest of its subject so far; of one version the first record counts.
func (r *reader) keepNewest(record *kgo.Record) error {
	headers := map[string]string{}
	for _, header := range record.Headers {
		headers[header.Key] = string(header.Value)
	}
	kind, subject := headers["ce_type"], headers["ce_subject"]
	if !slices.Contains(r.known, kind) {
		// An event that is sent as several types comes once more, as one that is known.
		sentAs := strings.Fields(headers["ce_sentas"])
		if !slices.ContainsFunc(sentAs, func(other string) bool { return slices.Contains(r.known, other) }) {
			r.passedOver[kind]++
		}
		return nil
	}
	version, err := strconv.Atoi(headers["ce_aggregateversion"])
	if err == nil && version > r.states[subject].Version {
		r.states[subject] = state{subject, version, kind, record.Value}
	}
	return err
}

// read calls take with each record of the topic. A program that goes on listening leaves out the end.
func read(ctx context.Context, topic string, take func(*kgo.Record) error) error {
	options, err := broker()
	if err != nil {
		return err
	}
	client, err := kgo.NewClient(append(options, kgo.ConsumeTopics(topic), kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))...)
	if err != nil {
		return err
	}
	defer client.Close()
	unread, err := ends(ctx, client, topic)
	for err == nil && len(unread) > 0 {
		fetches := client.PollFetches(ctx)
		if err := fetches.Err(); err != nil {
			return err
		}
		for record := range fetches.RecordsAll() {
			if err := take(record); err != nil {
				return err
			}
			if record.Offset+1 >= unread[record.Partition] {
				delete(unread, record.Partition)
			}
		}
	}
	return err
}

// ends returns the offset at which each partition that has records ends now.
func ends(ctx context.Context, client *kgo.Client, topic string) (map[int32]int64, error) {
	admin := kadm.NewClient(client)
	starts, err := admin.ListStartOffsets(ctx, topic)
	if err != nil {
		return nil, err
	}
	ends, err := admin.ListEndOffsets(ctx, topic)
	if err != nil {
		return nil, err
	}
	unread := map[int32]int64{}
	ends.Each(func(end kadm.ListedOffset) {
		if start, _ := starts.Lookup(topic, end.Partition); start.Offset < end.Offset {
			unread[end.Partition] = end.Offset
		}
	})
	return unread, ends.Error()
}

// broker says how the broker is reached.
func broker() ([]kgo.Opt, error) {
	protocol := setting("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT")
	options := []kgo.Opt{kgo.SeedBrokers(strings.Split(setting("KAFKA_BOOTSTRAP", "127.0.0.1:9092"), ",")...)}
	if strings.HasPrefix(protocol, "SASL_") {
		user := scram.Auth{User: os.Getenv("KAFKA_USERNAME"), Pass: os.Getenv("KAFKA_PASSWORD")}
		options = append(options, kgo.SASL(user.AsSha512Mechanism()))
	}
	if strings.HasSuffix(protocol, "SSL") {
		authorities, err := believed()
		if err != nil {
			return nil, err
		}
		options = append(options, kgo.DialTLSConfig(&tls.Config{RootCAs: authorities}))
	}
	return options, nil
}

// believed returns the authorities of KAFKA_CA_FILE, or nil for those of this machine.
func believed() (*x509.CertPool, error) {
	file := os.Getenv("KAFKA_CA_FILE")
	if file == "" {
		return nil, nil
	}
	certificates, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(certificates) {
		return nil, fmt.Errorf("%s has no certificate", file)
	}
	return authorities, nil
}

func setting(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}
