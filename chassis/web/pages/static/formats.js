// Numbers, days and times as the server writes them: in the page's own language and time zone.

const { timeZone } = document.body.dataset;

export const language = document.documentElement.lang;
export const numbers = new Intl.NumberFormat(language);
export const day = new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone });
export const clock = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit", hour12: true, timeZone });
