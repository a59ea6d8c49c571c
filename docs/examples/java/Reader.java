import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic of Minka to its end and prints the newest state of each subject, one JSON object a line.
 *
 * <p>java -cp 'target/dependency/*' Reader.java [TOPIC TYPE...]
 *
 * <p>TYPE... are the types of events that this program understands. KAFKA_BOOTSTRAP, KAFKA_SECURITY_PROTOCOL,
 * KAFKA_USERNAME, KAFKA_PASSWORD and KAFKA_CA_FILE say which broker; without them it is the open one of a trial on this
 * machine.
 */
public class Reader {
    private static final List<String> OUTCOMES = List.of("reporting.outcomes", "minka.reporting.OutcomePublished.v1");
    private static final ObjectMapper JSON = new ObjectMapper();

    record State(String subject, int version, String type, JsonNode data) {}

    private final List<String> known;
    private final Map<String, State> states = new TreeMap<>();
    private final Map<String, Integer> passedOver = new TreeMap<>();

    private Reader(List<String> known) {
        this.known = known;
    }

    public static void main(String[] arguments) throws Exception {
        List<String> told = arguments.length > 0 ? Arrays.asList(arguments) : OUTCOMES;
        Reader reader = new Reader(told.subList(1, told.size()));
        read(told.get(0), reader::keepNewest);
        for (State state : reader.states.values()) {
            System.out.println(JSON.writeValueAsString(state));
        }
        reader.passedOver.forEach((type, count) -> System.err.println("passed over " + count + " of " + type));
    }

    /** Keeps a record whose version is the highest of its subject so far; of one version the first record counts. */
    private void keepNewest(ConsumerRecord<byte[], byte[]> event) {
        String type = header(event, "ce_type");
        if (!known.contains(type)) {
            // An event that is sent as several types comes once more, as one that is known.
            if (Arrays.stream(header(event, "ce_sentas").split(" ")).noneMatch(known::contains)) {
                passedOver.merge(type, 1, Integer::sum);
            }
            return;
        }
        String subject = header(event, "ce_subject");
        int version = Integer.parseInt(header(event, "ce_aggregateversion"));
        if (!states.containsKey(subject) || states.get(subject).version() < version) {
            states.put(subject, new State(subject, version, type, body(event)));
        }
    }

    private static String header(ConsumerRecord<byte[], byte[]> event, String name) {
        var header = event.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static JsonNode body(ConsumerRecord<byte[], byte[]> event) {
        try {
            return JSON.readTree(event.value());
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** Calls `take` with each record of the topic. A program that goes on listening leaves out the end. */
    private static void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> take) {
        var bytes = new ByteArrayDeserializer();
        try (var consumer = new KafkaConsumer<>(settings(), bytes, bytes)) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(found -> new TopicPartition(topic, found.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofSeconds(1)).forEach(take);
            }
        }
    }

    /** How the broker is reached. */
    private static Properties settings() {
        String protocol = System.getenv().getOrDefault("KAFKA_SECURITY_PROTOCOL", "PLAINTEXT");
        var told = new Properties();
        told.put("bootstrap.servers", System.getenv().getOrDefault("KAFKA_BOOTSTRAP", "127.0.0.1:9092"));
        told.put("security.protocol", protocol);
        if (protocol.startsWith("SASL_")) {
            told.put("sasl.mechanism", "SCRAM-SHA-512");
            told.put("sasl.jaas.config", String.format(
                    "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";",
                    System.getenv("KAFKA_USERNAME"), System.getenv("KAFKA_PASSWORD")));
        }
        if (System.getenv("KAFKA_CA_FILE") != null) {
            told.put("ssl.truststore.type", "PEM");
            told.put("ssl.truststore.location", System.getenv("KAFKA_CA_FILE"));
        }
        return told;
    }
}
