// The job of a client in TypeScript, beside the files that the generator wrote.
import createClient from "openapi-fetch";
import { readFileSync } from "node:fs";
import type { paths as Enrollment } from "./enrollment.js";
import type { paths as Reporting } from "./reporting.js";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const figures = createClient<Reporting>({ baseUrl: job.url });
const coordinator = createClient<Enrollment>({
    baseUrl: `${job.url}/enrollment`,
    headers: { Authorization: `Bearer ${job.token}` },
});

async function enroll() {
    const { data, error } = await coordinator.POST("/api/enrollments", {
        params: { header: { "idempotency-key": job.key } },
        body: {
            cohort_id: job.cohort_id,
            document: { type: "dni", number: job.document },
            given_names: "Ana",
            family_names: "Quispe Huamán",
            district: { code: "060101", scheme: "inei" },
            consents: [{ purpose: "training" }],
        },
    });
    if (error) throw new Error(error.detail);
    return data;
}

const { data, error } = await figures.GET("/api/indicators");
if (error) throw new Error(error.detail);
const [first, again] = [await enroll(), await enroll()];
console.log(JSON.stringify({ indicators: data.map((one) => one.id), first, again }));
