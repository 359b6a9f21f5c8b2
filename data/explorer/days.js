// Days as numbers from 1970-01-01, as the data has them. In: numbers or text. Out: the other.

export const FIRST_DAY = -719162;
export const LAST_DAY = 2932896;
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

export function isoOf(day) {
  return new Date(day * 86400000).toISOString().slice(0, 10);
}

// Returns null for a text that is no day.
export function dayOf(text) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text ?? "")) return null;
  const day = Math.round(Date.parse(`${text}T00:00:00Z`) / 86400000);
  return Number.isFinite(day) && isoOf(day) === text ? day : null;
}

export function spokenDay(day) {
  const [year, month, date] = isoOf(day).split("-").map(Number);
  return `${date} ${MONTHS[month - 1]} ${year}`;
}

export function yearOf(day) {
  return new Date(day * 86400000).getUTCFullYear();
}
