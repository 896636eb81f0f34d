// The gallery's script: pictures that move, one open card with a player, search, and light or dark.
// A Film is a picture's frames; a Card is one article of the page; the Player is what stands in the open card.
"use strict";

{
  const SPEEDS = [0.25, 0.5, 1, 2, 4];
  const COPIED_MS = 2000;
  const THEME_KEY = "convarith-gallery-theme"; // other pages of the same origin share the storage; page.html reads it

  const root = document.documentElement;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const prefersDark = matchMedia("(prefers-color-scheme: dark)");
  const one = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const byId = (id) => document.getElementById(id);
  const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

  /** Text for readers of the screen; the same text twice is said twice. */
  function announce(text) {
    const announcer = one(".announcer");
    announcer.textContent = "";
    requestAnimationFrame(() => { announcer.textContent = text; });
  }

  // Films

  /** In which of `count` frames a group is seen, of a list such as "0-2,5,7-". */
  function seenIn(list, count) {
    const seen = new Array(count).fill(false);
    for (const part of list.split(",")) {
      const [first, last = first] = part.trim().split("-");
      seen.fill(true, Number(first), (last === "" ? count - 1 : Number(last)) + 1);
    }
    return seen;
  }

  class Film {
    constructor({ svg, durations, captioned, notes, rest, width, height }) {
      const parsed = new DOMParser().parseFromString(svg, "image/svg+xml");
      this.svg = document.importNode(parsed.documentElement, true);
      this.durations = durations;
      this.captioned = captioned;
      this.notes = notes;
      this.rest = rest;
      this.size = { width, height };
      this.count = durations.length;
      this.groups = all("g[data-f]", this.svg).map((group) => {
        const list = group.dataset.f;
        return { group, seen: seenIn(list, this.count), stays: list.endsWith("-") };
      });
      this.playing = false;
      this.speed = 1;
      this.onchange = null;
      this.show(rest);
    }

    show(number) {
      this.number = number;
      this.#reveal(({ seen }) => seen[number]);
      this.onchange?.();
    }

    /** As a poster: the frame of rest, with all that will have been written at the end. */
    pose() {
      this.number = this.rest;
      this.#reveal(({ seen, stays }) => stays || seen[this.rest]);
    }

    #reveal(isSeen) {
      for (const one of this.groups) {
        const display = isSeen(one) ? "" : "none";
        if (one.group.style.display !== display) one.group.style.display = display;
      }
    }

    play() {
      if (this.playing || this.count < 2) return;
      this.playing = true;
      this.show(this.number); // which may have been posing
      this.#wait();
    }

    pause() {
      clearTimeout(this.timer);
      if (!this.playing) return;
      this.playing = false;
      this.onchange?.();
    }

    /** Go to a frame by hand, which stops what plays. */
    go(number) {
      this.pause();
      this.show(clamp(number, 0, this.count - 1));
    }

    setSpeed(speed) {
      this.speed = speed;
      if (this.playing) this.#wait();
      this.onchange?.();
    }

    #wait() {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        this.show((this.number + 1) % this.count);
        this.#wait();
      }, this.durations[this.number] / this.speed);
    }
  }

  // Cards

  class Card {
    constructor(element) {
      this.element = element;
      this.name = element.id;
      this.title = one("h3", element).textContent;
      this.poster = one(".poster", element);
      this.about = one(".about", element);
      this.hasImage = one("img", this.poster) !== null;
      this.onScreen = false;
      this.isNear = false;
      this.#prepare();
    }

    #prepare() {
      this.element.tabIndex = -1;
      this.about.open = true; // the style sheet shows it when the card is open
      this.poster.setAttribute("role", "button");
      this.poster.setAttribute("aria-label", `Open: ${this.title}`);
      this.poster.setAttribute("aria-expanded", "false");
      this.poster.addEventListener("click", (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        player.open(this);
      });
      this.poster.addEventListener("keydown", (event) => {
        if (event.key !== " ") return;
        event.preventDefault();
        this.poster.click();
      });
    }

    get isOpen() {
      return this.element.hasAttribute("data-open");
    }

    /** The frames, parsed when they are first asked for. */
    get film() {
      this.parsed ??= new Film(JSON.parse(byId(`frames:${this.name}`).textContent));
      return this.parsed;
    }

    /** Put the film where the poster is. */
    lay() {
      if (!this.isOpen && this.film.svg.parentNode !== this.poster) this.poster.append(this.film.svg);
    }

    /** Show what is seen at rest: the poster; the film on dark pages, and if there is no poster. */
    settle() {
      if (this.isOpen || this.parsed?.playing) return;
      if (theme.isDark || !this.hasImage) {
        if (!this.isNear) return;
        this.film.pose();
        this.lay();
      } else {
        this.parsed?.svg.remove();
      }
    }
  }

  // The player

  class Player {
    constructor() {
      this.card = null;
      this.element = one(".player", byId("page:player").content);
      this.closeButton = one(".close", byId("page:close").content);
      for (const name of ["stage", "note", "play", "restart", "previous", "next", "position", "full"]) {
        this[name] = one(`.${name}`, this.element);
      }
      this.scrubber = one(".scrubber > input", this.element);
      this.speed = one(".speed > select", this.element);
      this.speed.append(...SPEEDS.map((speed) => new Option(`${speed}×`, speed, speed === 1, speed === 1)));
      this.full.hidden = !document.fullscreenEnabled;
      this.#listen();
    }

    get film() {
      return this.card?.film;
    }

    #listen() {
      const on = (element, act) => element.addEventListener("click", act);
      on(this.play, () => this.toggle());
      on(this.stage, () => this.toggle());
      on(this.restart, () => this.begin());
      on(this.previous, () => this.step(-1));
      on(this.next, () => this.step(1));
      on(this.full, () => this.toggleFull());
      on(this.closeButton, () => this.close());
      this.scrubber.addEventListener("input", () => this.go(this.scrubber.valueAsNumber - 1));
      this.speed.addEventListener("change", () => this.film.setSpeed(Number(this.speed.value)));
    }

    /** Open a card, and put the focus on the picture or on another place, so that keys steer it. */
    open(card, place = this.stage) {
      if (this.card === card) return;
      this.#leave();
      this.card = card;
      gallery.update(); // nothing else moves beside it
      const { film, element } = card;
      this.stage.replaceChildren(film.svg);
      this.stage.setAttribute("aria-label", `Player: ${card.title}`);
      this.stage.style.setProperty("--width", film.size.width);
      this.stage.style.setProperty("--height", film.size.height);
      this.note.dataset.longest = highest(film.notes);
      this.note.replaceChildren(document.createElement("span"));
      this.note.classList.toggle("repeated", film.captioned);
      this.scrubber.max = film.count;
      one(".controls", this.element).hidden = film.count < 2;
      element.setAttribute("data-open", "");
      card.poster.setAttribute("aria-expanded", "true");
      one(".head", element).after(this.element);
      element.append(this.closeButton);
      film.onchange = () => this.#tell();
      film.setSpeed(Number(this.speed.value));
      if (calm.matches) this.go(film.rest);
      else this.begin();
      address(card.name);
      element.scrollIntoView({ block: "start", behavior: "instant" });
      place.focus({ preventScroll: true });
    }

    /** Close the open card, and give the focus back to its poster if it was inside. */
    close() {
      const { card } = this;
      if (!card) return;
      const inside = card.element.contains(document.activeElement);
      this.#leave();
      address("");
      gallery.update();
      if (inside) card.poster.focus({ preventScroll: true });
      card.element.scrollIntoView({ block: "nearest", behavior: "instant" });
    }

    #leave() {
      const { card } = this;
      if (!card) return;
      if (document.fullscreenElement) document.exitFullscreen().catch(() => {}); // it may have ended meanwhile
      this.card = null;
      card.film.onchange = null;
      card.film.pause();
      card.film.setSpeed(1);
      card.film.svg.remove();
      this.element.remove();
      this.closeButton.remove();
      card.element.removeAttribute("data-open");
      card.poster.setAttribute("aria-expanded", "false");
      card.film.show(card.film.rest);
      card.settle();
    }

    toggle() {
      if (this.film.playing) {
        this.film.pause();
      } else {
        this.note.ariaLive = "off";
        this.film.play();
      }
    }

    begin() {
      this.note.ariaLive = "off";
      this.film.show(0);
      this.film.play();
    }

    step(by) {
      this.go(this.film.number + by);
    }

    /** Go to a frame by hand; what it says is read out. */
    go(number) {
      this.note.ariaLive = "polite";
      this.film.go(number);
    }

    faster(by) {
      this.speed.selectedIndex = clamp(this.speed.selectedIndex + by, 0, SPEEDS.length - 1);
      this.film.setSpeed(Number(this.speed.value));
      announce(`Speed ${this.speed.value}×`);
    }

    async toggleFull() {
      if (this.full.hidden) return;
      try {
        await (document.fullscreenElement ? document.exitFullscreen() : this.element.requestFullscreen());
        if (!this.element.contains(document.activeElement)) this.stage.focus(); // keys go to what is seen
      } catch {
        announce("This browser does not allow full screen here");
      }
    }

    /** Show at which frame the film is. */
    #tell() {
      const { number, count, notes, playing } = this.film;
      const position = `step ${number + 1} of ${count}`;
      this.position.textContent = position;
      this.scrubber.value = number + 1;
      this.scrubber.setAttribute("aria-valuetext", position);
      this.note.firstElementChild.textContent = notes[number] ?? "";
      this.play.toggleAttribute("data-moving", playing);
      this.play.setAttribute("aria-label", playing ? "Pause" : "Play");
    }

    /** Keys while the focus is in the open card; those that the focused control knows itself are left to it. */
    press(event) {
      if (event.ctrlKey || event.metaKey || event.altKey || !this.card.element.contains(event.target)) return;
      const act = {
        " ": () => this.toggle(),
        ArrowLeft: () => this.step(-1),
        ArrowRight: () => this.step(1),
        Home: () => this.go(0),
        End: () => this.go(this.film.count - 1),
        "+": () => this.faster(1),
        "=": () => this.faster(1), // the key of +, without shift
        "-": () => this.faster(-1),
        f: () => this.toggleFull(),
        Escape: () => (document.fullscreenElement ? this.toggleFull() : this.close()),
      }[event.key];
      if (!act || isKnownTo(event.target, event.key)) return;
      event.preventDefault();
      act();
    }
  }

  /** The note that needs most room: of those with most lines the longest. */
  function highest(notes) {
    const lines = (note) => note.split("\n").length;
    return [...notes].sort((a, b) => lines(b) - lines(a) || b.length - a.length)[0] ?? "";
  }

  /** Whether a control does something of its own with a key. */
  function isKnownTo(control, key) {
    if (key === "Escape") return false;
    if (control.matches("select, input:not([type=range]), textarea")) return true;
    if (control.matches("input[type=range]")) return ["ArrowLeft", "ArrowRight", "Home", "End"].includes(key);
    return key === " " && control.matches("button, summary");
  }

  /** Write the open card's name into the page's address, where a browser lets us. */
  function address(name) {
    try {
      history.replaceState(null, "", name ? `#${encodeURIComponent(name)}` : location.pathname + location.search);
    } catch { /* pages from files may not, in some */ }
  }

  // All of it: what moves, what is found

  class Gallery {
    constructor(cards) {
      this.cards = cards;
      this.playAll = false;
      this.button = one(".play-all");
      this.button.addEventListener("click", () => this.setPlayAll(!this.playAll));
      calm.addEventListener("change", () => this.#honour());
      this.button.hidden = calm.matches;
      addEventListener("beforeprint", () => this.cards.forEach((card) => card.lay())); // all are there, sharp and light
      addEventListener("afterprint", () => this.cards.forEach((card) => card.settle()));
      this.#watch();
    }

    #watch() {
      const of = new Map(this.cards.map((card) => [card.poster, card]));
      const onScreen = new IntersectionObserver((entries) => {
        for (const entry of entries) of.get(entry.target).onScreen = entry.isIntersecting;
        this.update();
      });
      const near = new IntersectionObserver((entries) => {
        for (const { target, isIntersecting } of entries) {
          of.get(target).isNear = isIntersecting;
          of.get(target).settle();
        }
      }, { rootMargin: "100% 0%" });
      for (const card of this.cards) {
        onScreen.observe(card.poster);
        near.observe(card.poster);
      }
    }

    /** Play what is on screen, if everything is to move and no card is open; hold everything else. */
    update() {
      for (const card of this.cards) {
        if (card === player.card) continue;
        if (this.playAll && card.onScreen && !player.card) {
          card.lay();
          card.film.play();
        } else {
          card.parsed?.pause();
        }
      }
    }

    setPlayAll(on) {
      this.playAll = on;
      this.button.toggleAttribute("data-moving", on);
      one(".label", this.button).textContent = on ? "Pause all" : "Play all";
      if (on) player.close();
      this.update();
    }

    /** A reader may come to want no motion while the page is open. */
    #honour() {
      this.button.hidden = calm.matches;
      if (!calm.matches) return;
      this.setPlayAll(false);
      player.film?.pause();
    }
  }

  /** Small letters, one kind of ×, and blanks for what stands between words. */
  function plain(text) {
    return ` ${text.toLowerCase().replaceAll("×", "x").replace(/[\s_=:,;()]+/g, " ").trim()} `;
  }

  /** The words of a search; a number belongs to the word before it: "stride 2" is one. */
  function wordsOf(query) {
    return plain(query).trim().match(/[^\s\d]+ \d\S*|\S+/g) ?? [];
  }

  /** What people also call things -> part of the word that stands here. */
  const OTHER_WORDS = {
    atrous: "dilat",
    deconv: "transposed conv",
    deconvolution: "transposed conv",
    deconvolutional: "transposed conv",
    downsampling: "subsampling",
    fractionally: "transposed conv",
    toeplitz: "matrix",
    upconvolution: "transposed conv",
    wavenet: "causal",
  };

  class Search {
    constructor(cards) {
      this.input = byId("page:search");
      this.texts = new Map(cards.map((card) => [card, this.#textOf(card)]));
      this.topics = all(".topic");
      this.input.addEventListener("input", () => this.find());
      this.input.addEventListener("keydown", (event) => {
        if (event.key === "Escape") this.clear();
        if (event.key === "Enter") this.openFirst();
      });
      one(".clear").addEventListener("click", () => {
        this.clear();
        this.input.focus();
      });
      if (this.input.value) this.find(); // a browser may remember it
    }

    #textOf({ element }) {
      const parts = [one("h2", element.closest(".topic")), ...all("[data-find]", element)];
      return plain(parts.map((part) => part.textContent).join(" "));
    }

    clear() {
      this.input.value = "";
      this.find();
    }

    openFirst() {
      const first = [...this.texts.keys()].find(({ element }) => !element.hidden);
      if (first) player.open(first);
    }

    find() {
      const words = wordsOf(this.input.value);
      let found = this.#having(words);
      if (found.size === 0) found = this.#having(words.flatMap((word) => word.split(" ")));
      if (found.size === 0) found = this.#having(words.map((word) => OTHER_WORDS[word] ?? word));
      for (const card of this.texts.keys()) {
        const isFound = found.has(card);
        if (!isFound && card.isOpen) player.close();
        card.element.hidden = !isFound;
      }
      for (const topic of this.topics) topic.hidden = one(".card:not([hidden])", topic) === null;
      this.#tell(found.size);
    }

    /** The cards whose text has all words; a number begins where a word of the text does, others anywhere. */
    #having(words) {
      const has = (text, word) => text.includes(/\d/.test(word) ? ` ${word}` : word);
      const matches = [...this.texts].filter(([, text]) => words.every((word) => has(text, word)));
      return new Set(matches.map(([card]) => card));
    }

    #tell(count) {
      const total = this.texts.size;
      const whole = total === 1 ? "1 picture" : `${total} pictures`;
      one(".found").textContent = count === total ? whole : `${count} of ${whole}`;
      one(".nothing").hidden = count > 0 || total === 0;
    }
  }

  // Light and dark

  class Theme {
    constructor() {
      this.button = one(".theme");
      this.button.addEventListener("click", () => this.turn());
      prefersDark.addEventListener("change", () => this.apply());
    }

    get isDark() {
      return root.dataset.theme ? root.dataset.theme === "dark" : prefersDark.matches;
    }

    turn() {
      const dark = !this.isDark;
      if (dark === prefersDark.matches) delete root.dataset.theme; // as the system has it: follow that again
      else root.dataset.theme = dark ? "dark" : "light";
      try {
        if (root.dataset.theme) localStorage.setItem(THEME_KEY, root.dataset.theme);
        else localStorage.removeItem(THEME_KEY);
      } catch { /* then it lasts as long as the page */ }
      this.apply();
    }

    apply() {
      this.button.setAttribute("aria-pressed", String(this.isDark));
      for (const card of cards) card.settle();
    }
  }

  // Copying

  async function copy(button) {
    const code = one("code", button.parentElement);
    try {
      await navigator.clipboard.writeText(code.textContent);
      announce("Copied");
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(code);
      announce("Selected: copy it with the keyboard");
      button.textContent = "Selected";
    }
    setTimeout(() => { button.textContent = "Copy"; }, COPIED_MS);
  }

  // The page

  const cards = all(".card").map((element) => new Card(element));
  const theme = new Theme();
  const player = new Player();
  const gallery = new Gallery(cards);
  const search = new Search(cards);
  theme.apply();

  /** Open the card that the page's address names. */
  function openAddressed() {
    const card = cards.find(({ name }) => location.hash === `#${encodeURIComponent(name)}`);
    if (!card) return;
    if (card.element.hidden) search.clear();
    player.open(card, card.element);
  }

  for (const button of all(".copy")) button.addEventListener("click", () => copy(button));
  addEventListener("hashchange", openAddressed);
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented) return;
    const isTyped = event.target.matches("input:not([type=range]), select, textarea");
    if (event.key === "/" && !isTyped && !event.ctrlKey && !event.metaKey && !document.fullscreenElement) {
      event.preventDefault();
      search.input.focus();
      search.input.select();
    } else if (player.card) {
      player.press(event);
    }
  });
  openAddressed();
}
