// Stores scans in this browser until the server has answered them. A scan's id makes sending it again harmless, so a scan
// without an answer is always sent again.

const RETRY_SECONDS = [1, 2, 4, 8, 15, 30];

/** @typedef {{scan_id: string, enrollment_id: string, state: string, scanned_at: string, device_id: string, device_sequence: number, clock_offset_ms: number, from_list: boolean}} Scan */
/** @typedef {{scan_id: string, outcome: string, attendance_id: string | null}} Result */

/** A fresh UUIDv7; `crypto.randomUUID` is missing where the page came without encryption. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, Math.floor(Date.now() / 0x10000));
  view.setUint16(4, Date.now() % 0x10000);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export class Queue {
  /**
   * @param {string} the session of the scans
   * @param {string} address that the scans are posted to
   * @param {number} offset milliseconds that the server's clock is ahead of this device's
   * @param {boolean} fromList whether the marks are entered from a signed list
   * @param {{answered: (scan: Scan, result: Result) => void, changed: (unsent: number, isSignedOut: boolean) => void}} screen
   */
  constructor(session, address, offset, fromList, screen) {
    this.key = `minka.scans.${session}`;
    this.address = address;
    this.offset = Math.round(offset);
    this.fromList = fromList;
    this.screen = screen;
    this.failures = 0;
    this.isSending = false;
    /** @type {Scan[]} */
    this.scans = JSON.parse(localStorage.getItem(this.key) ?? "[]");
    addEventListener("online", () => this.send());
  }

  /** @param {string} enrollment @param {string} state @returns {Scan} */
  add(enrollment, state) {
    const scan = {
      scan_id: newId(),
      enrollment_id: enrollment,
      state,
      scanned_at: new Date().toISOString(),
      device_id: remembered("minka.device", newId),
      device_sequence: nextSequence(),
      clock_offset_ms: this.offset,
      from_list: this.fromList,
    };
    this.#keep([...this.scans, scan]);
    this.send();
    return scan;
  }

  async send() {
    if (this.isSending || !this.scans.length) return;
    this.isSending = true;
    const sent = this.scans.slice(0, 500);
    const isSignedOut = await this.#post(sent).then(() => false, (status) => status === 401);
    this.isSending = false;
    this.screen.changed(this.scans.length, isSignedOut);
    if (!this.scans.length) return;
    const pause = this.failures ? RETRY_SECONDS[Math.min(this.failures, RETRY_SECONDS.length) - 1] : 0;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), pause * 1000);
  }

  /** @param {Scan[]} sent */
  async #post(sent) {
    this.failures += 1;
    const headers = { "Content-Type": "application/json", Accept: "application/json" };
    const answer = await fetch(this.address, { method: "POST", headers, body: JSON.stringify({ scans: sent }) });
    if (!answer.ok) throw answer.status;
    const { results } = await answer.json();
    this.failures = 0;
    const answered = new Set(sent.map((scan) => scan.scan_id));
    this.#keep(this.scans.filter((scan) => !answered.has(scan.scan_id)));
    sent.forEach((scan, number) => this.screen.answered(scan, results[number]));
  }

  /** @param {Scan[]} scans */
  #keep(scans) {
    this.scans = scans;
    if (scans.length) localStorage.setItem(this.key, JSON.stringify(scans));
    else localStorage.removeItem(this.key);
    this.screen.changed(scans.length, false);
  }
}

/** @param {string} key @param {() => string} make */
function remembered(key, make) {
  const value = localStorage.getItem(key) ?? make();
  localStorage.setItem(key, value);
  return value;
}

function nextSequence() {
  const next = Number(localStorage.getItem("minka.sequence") ?? 0) + 1;
  localStorage.setItem("minka.sequence", String(next));
  return next;
}
