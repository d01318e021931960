/** Loaded before a service: its wall clock jumps by what the file named by CHAOS_CLOCK_FILE says, in milliseconds. */
import { readFileSync } from 'node:fs';

const file = process.env.CHAOS_CLOCK_FILE;
const real = Date.now.bind(Date);
let offsetMs = 0;
const look = () => {
  try {
    offsetMs = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    offsetMs = 0;
  }
};
if (file !== undefined) {
  look();
  setInterval(look, 20).unref();
  Date.now = () => real() + offsetMs;
}
