// Who is logged in, and how one comes to be.
const byId = (id) => document.getElementById(id);

export async function person() {
  // known: { name, role }; asked: whoever it is has to log in; neither: the wall does not answer.
  try {
    const response = await fetch("/who");
    return response.ok ? { known: await response.json() } : { asked: response.status === 401 };
  } catch {
    return {};
  }
}

export function startLogin(entered, left) {
  byId("login").addEventListener("submit", async (event) => {
    event.preventDefault();
    const said = byId("login-said");
    said.textContent = "…";
    try {
      const body = JSON.stringify({ name: byId("name").value.trim(), password: byId("password").value });
      const response = await fetch("/login", { method: "POST", body });
      const answer = await response.json();
      said.textContent = response.ok ? "" : answer.explanation;
      byId("password").value = "";
      if (response.ok) entered(answer);
    } catch {
      said.textContent = "the wall does not answer";
    }
  });
  byId("logout").addEventListener("click", async () => {
    await fetch("/logout", { method: "POST" }).catch(() => null);
    left();
  });
}

export function showPerson(person) {
  byId("login").hidden = person !== null;
  byId("person").hidden = person === null;
  byId("who").textContent = person ? `${person.name} (${person.role})` : "";
  if (!person) byId("name").focus();
}
