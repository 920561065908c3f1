// Asks the server to do something; the answer is { accepted, explanation }.
export async function ask(path, body) {
  try {
    const response = await fetch(path, { method: "POST", body: JSON.stringify(body) });
    return await response.json();
  } catch {
    return { accepted: false, explanation: "there is no answer" };
  }
}
