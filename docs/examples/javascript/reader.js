// Reads a topic of Minka to its end and prints the newest state of each subject, one JSON object a line.
//
// node reader.js [TOPIC TYPE...]
//
// TYPE... are the types of events that this program understands. KAFKA_BOOTSTRAP, KAFKA_SECURITY_PROTOCOL, KAFKA_USERNAME,
// KAFKA_PASSWORD and KAFKA_CA_FILE say which broker; without them it is the open one of a trial on this machine.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import kafkajs from "kafkajs";
import { compressFrame, decompressFrame } from "lz4-napi";

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;

// Batches are compressed with LZ4, which kafkajs does not read by itself.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
    compress: ({ buffer }) => compressFrame(buffer),
    decompress: decompressFrame,
});

const {
    KAFKA_BOOTSTRAP = "127.0.0.1:9092",
    KAFKA_SECURITY_PROTOCOL = "PLAINTEXT",
    KAFKA_USERNAME = "anybody",
    KAFKA_PASSWORD,
    KAFKA_CA_FILE,
} = process.env;

function client() {
    const signsIn = KAFKA_SECURITY_PROTOCOL.startsWith("SASL_");
    const usesTls = KAFKA_SECURITY_PROTOCOL.endsWith("SSL");
    return new Kafka({
        brokers: KAFKA_BOOTSTRAP.split(","),
        logLevel: logLevel.ERROR,
        sasl: signsIn ? { mechanism: "scram-sha-512", username: KAFKA_USERNAME, password: KAFKA_PASSWORD } : undefined,
        ssl: usesTls && (KAFKA_CA_FILE ? { ca: readFileSync(KAFKA_CA_FILE) } : true),
    });
}

// The offset at which each partition that has records ends now.
async function ends(kafka, topic) {
    const admin = kafka.admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    return new Map(offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, BigInt(high)]));
}

// Calls `take` with each record of the topic. A program that goes on listening leaves out the end.
async function read(topic, take) {
    const kafka = client();
    const unread = await ends(kafka, topic);
    // kafkajs reads in a group; a user may use those whose name begins with its own.
    const consumer = kafka.consumer({ groupId: `${KAFKA_USERNAME}.${randomUUID()}` });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    try {
        await new Promise((resolve, reject) => {
            if (unread.size === 0) resolve();
            consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
            const eachMessage = async ({ partition, message }) => {
                take(message);
                if (BigInt(message.offset) + 1n >= unread.get(partition)) unread.delete(partition);
                if (unread.size === 0) resolve();
            };
            consumer.run({ autoCommit: false, eachMessage }).catch(reject);
        });
    } finally {
        await consumer.disconnect();
    }
}

const [topic, ...known] =
    process.argv.length > 2 ? process.argv.slice(2) : ["reporting.outcomes", "minka.reporting.OutcomePublished.v1"];
const states = new Map();
const passedOver = new Map();

function keepNewest({ headers, value }) {
    const header = (name) => headers[name]?.toString();
    const type = header("ce_type");
    if (!known.includes(type)) {
        // An event that is sent as several types comes once more, as one that is known.
        const comesAgain = (header("ce_sentas") ?? "").split(" ").some((other) => known.includes(other));
        if (!comesAgain) passedOver.set(type, (passedOver.get(type) ?? 0) + 1);
        return;
    }
    const [subject, version] = [header("ce_subject"), Number(header("ce_aggregateversion"))];
    // Of one version the first record counts.
    if (version > (states.get(subject)?.version ?? 0)) {
        states.set(subject, { subject, version, type, data: JSON.parse(value) });
    }
}

await read(topic, keepNewest);
for (const subject of [...states.keys()].sort()) console.log(JSON.stringify(states.get(subject)));
for (const [type, count] of [...passedOver].sort()) console.error(`passed over ${count} of ${type}`);
