// Sentences in the device's language, as texts.js has them, with their fields filled in.
import { language, sentences } from "./texts.js";

export function written(value, places) {
  return value.toLocaleString(language, { minimumFractionDigits: places, maximumFractionDigits: places, useGrouping: false });
}

export function say(name, fields = {}) {
  // {mean:1} is a number with one decimal, {runner:s} text.
  return sentences[name].replace(/\{(\w+)(?::(\w))?\}/g, (_, field, format) =>
    format === "s" ? fields[field] : written(fields[field], Number(format ?? 0)));
}

export function day(time, options) {
  // As in the reader's own country, where that speaks the same language.
  const here = navigator.languages.find((each) => each.split("-")[0] === language);
  return time.toLocaleString(here ?? language, options);
}
