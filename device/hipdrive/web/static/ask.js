// Asks the server to do something; the answer is { accepted, explanation }.
export async function ask(path, body, unanswered = "there is no answer") {
  try {
    const response = await fetch(path, { method: "POST", body: JSON.stringify(body) });
    return await response.json();
  } catch {
    return { accepted: false, explanation: unanswered };
  }
}
