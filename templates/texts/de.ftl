### What people read, in German. The keys are those of en.ftl.

## Every page

title-problem = Problem: { $title }
skip = Zum Inhalt springen
nav-site = Website
nav-home = Start
nav-find = Leute finden
nav-profile = Profil
nav-settings = Einstellungen
nav-log-out = Abmelden
nav-log-in = Anmelden
nav-sign-up = Registrieren
nav-tweet = Tweet
nav-about = Über uns
nav-appearance = Darstellung
nav-keys = Tasten
pages = Seiten
to-start = Zur Startseite
did-not-work = Das hat noch nicht geklappt
save = Speichern
download = Herunterladen

## People and follows

follow = Folgen
unfollow = Nicht mehr folgen
follow-log-in = : zuerst anmelden
you = Du
follows-you = Folgt dir
edit-profile = Profil bearbeiten
joined = Dabei seit
feed = Feed
tweets-word = { $n ->
    [one] Tweet
   *[other] Tweets
}
following-word = gefolgt
followers-word = { $n ->
    [one] Follower
   *[other] Follower
}
search-label = Teil eines Namens
search = Suchen

## The box for a tweet

compose-label = Was möchtest du sagen?
compose-hint = Bis zu { $most } Zeichen. Links, @Namen und #Tags werden zu Links.
compose-unsent = Das wurde nicht gesendet: Der Server war nicht erreichbar. Dein Tweet bleibt hier; bitte versuche es noch einmal.
compose-left = Noch { $n } Zeichen
compose-over = Zu lang
compose-posted = Gesendet
tweet-verb = Twittern
try-again = Noch einmal versuchen
compose-alone-title = Noch nicht gesendet
compose-alone-heading = Dein Tweet ist noch nicht gesendet
compose-alone-notice = Was du geschrieben hast, steht unten. Versuche es ruhig noch einmal: Er wird nicht doppelt gesendet.
logged-in-tweet-waits = Du bist angemeldet. Dein Tweet ist noch nicht gesendet.
logged-in-changes-wait = Du bist angemeldet. Deine Änderungen sind noch nicht gespeichert.

## Home

home-older = Start: ältere Tweets
timeline = Timeline
back-to-place = Zurück zur letzten Stelle
you-were-here = Bis hier hast du gelesen
news-one = 1 neuer Tweet
news-many = { $n } neue Tweets
news-most = { $n } oder mehr neue Tweets
home-empty-title = Noch nichts da
home-empty = Was du sagst und was die Leute sagen, denen du folgst, steht hier, das Neueste zuerst. Folge jemandem, und was die Person gesagt hat, ist sofort da.
find-to-follow = Leute zum Folgen finden
people-you-may-like = Leute, die dir gefallen könnten
no-older-tweets = Ältere Tweets gibt es nicht.
back-to-newest = Zurück zu den neuesten
older-tweets = Ältere Tweets

## Welcome, about

welcome-title = Willkommen
welcome-what = Sag etwas in bis zu { $most } Zeichen, folge den Leuten, die du gern liest, und sieh alles, was sie sagen, an einem Ort: das Neueste zuerst, nichts ausgelassen, nichts untergeschoben.
welcome-looking = Nur schauen?
welcome-who = Sieh, wer hier ist
welcome-all = . Alles, was hier gesagt wird, lässt sich ohne Konto lesen.
welcome-latest = Eben gesagt
about-title = Über { $site }
about-people = { $people ->
    [one] { $people } Person
   *[other] { $people } Personen
}
about-tweets = { $tweets ->
    [one] { $tweets } Tweet
   *[other] { $tweets } Tweets
}
about-figures = { about-people }, { about-tweets }.
about-rules = Regeln
about-who = Wer das betreibt
about-write-to = Schreib an
about-nobody = Wer diesen Server betreibt, hat keine Adresse hinterlassen.
about-runs = Hier läuft
about-version = { $version }, das jeder betreiben, lesen und ändern darf.

## Tweets, profiles, tags

tweet-title = { $name }: „{ $text }“
tweet-heading = Tweet
tweet-by = { " " }von { $name }
delete-tweet = Diesen Tweet löschen
delete-what = Er verschwindet aus allen Timelines und lässt sich nicht zurückholen.
delete-for-good = Endgültig löschen
profile-about = Tweets von { $name }.
tweets-title = Tweets
says-nothing-self = Du hast noch nichts gesagt.
write-first = Schreib deinen ersten Tweet
says-nothing = { $name } hat noch nichts gesagt.
tag-about = Tweets mit #{ $tag } auf { $site }.
tag-unused = Dieses Tag hat noch niemand benutzt.
tag-first = Sei die erste Person: Schreib einen Tweet mit #{ $tag }
followers-of = Follower von { $name }
followed-by = Wem { $name } folgt
followers-about = Wer { $name } auf { $site } folgt.
following-about = Wem { $name } auf { $site } folgt.
followers-title = Follower
following-title = Gefolgt
nobody-on-page = Auf dieser Seite ist niemand.
follow-nobody-self = Du folgst noch niemandem.
followers-none-self = Dir folgt noch niemand. Leute finden dich, wenn du etwas sagst und anderen folgst.
follow-nobody = { $name } folgt noch niemandem.
followers-none = Noch niemand folgt { $name }.
back-to-first = Zurück zum Anfang
more-people = Mehr Leute
people-title = Leute: { $query }
people-about = Leute auf { $site }.
people = Leute
people-found = Gefundene Leute
people-all = Alle, die neuesten zuerst
people-none-title = Niemand gefunden
people-none = In keinem Benutzernamen oder Anzeigenamen kommt hier „{ $query }“ vor. Ein kürzerer Teil des Namens findet mehr.
people-show-all = Alle zeigen

## How far the delivery of a tweet is

delivery-waiting = Wartet auf die Zustellung an { $n } Follower.
delivery-under-way = Wird zugestellt: { $done } von { $n } Followern.
delivery-retrying = Die Zustellung ist bei uns gescheitert; sie wird wiederholt.
delivery-set-aside = Die Zustellung ist bei uns immer wieder gescheitert. Wer diesen Server betreibt, kann sie wiederholen lassen.
delivery-merged = { $n ->
    [one] Wird { $n } Follower beim Öffnen der Startseite gezeigt.
   *[other] Wird { $n } Followern beim Öffnen der Startseite gezeigt.
}
delivery-done = Zugestellt an { $n } Follower.

## Logging in and out, signing up

log-in = Anmelden
log-in-first = Bitte melde dich zuerst an.
log-in-first-tweet = Bitte melde dich zuerst an. Dein Tweet bleibt erhalten und kommt mit.
log-in-first-changes = Bitte melde dich zuerst an. Deine Änderungen bleiben erhalten und kommen mit.
log-in-draft = Dein Tweet, noch nicht gesendet:
new-here = Neu hier?
username = Benutzername
username-or-email = Benutzername oder E-Mail
password = Passwort
email = E-Mail-Adresse
sign-up = Registrieren
sign-up-name-hint = 1 bis 30 Buchstaben, Ziffern oder _. Andere sehen ihn und finden dich damit.
sign-up-email-hint = Wird niemandem gezeigt.
password-hint = 15 oder mehr Zeichen, oder 8, die schwer zu erraten sind.
been-here = Schon einmal hier gewesen?
log-out = Abmelden
log-out-title = Abmelden?
log-out-as = Du bist angemeldet als
stay = Bleiben

## Settings

settings = Einstellungen
tab-profile = Profil
tab-account = Konto
tab-sessions = Sitzungen
tab-appearance = Darstellung
tab-data = Deine Daten
your-profile = Dein Profil
display-name = Anzeigename
display-name-hint = Bis zu { $most } Zeichen. Ohne ihn wird dein Benutzername gezeigt.
bio = Über dich
bio-hint = Bis zu { $most } Zeichen. Links, @Namen und #Tags werden zu Links.
password-change-title = Passwort ändern
password-present = Jetziges Passwort
password-new = Neues Passwort
password-others = Alle anderen, die als du angemeldet sind, müssen sich neu anmelden.
password-change = Passwort ändern
password-changed = { $n ->
    [0] Dein Passwort ist geändert. Andere Sitzungen gab es nicht.
    [one] Dein Passwort ist geändert. Deine andere Sitzung ist beendet.
   *[other] Dein Passwort ist geändert. Deine { $n } anderen Sitzungen sind beendet.
}
sessions-title = Wo du angemeldet bist
sessions-unknown = Wenn du eine davon nicht kennst, beende sie und
sessions-unknown-link = ändere dein Passwort
sessions-unknown-end = .
session-this = Dieses Gerät
session-used = Zuletzt benutzt
session-begun = Angemeldet
session-from = Angemeldet von { $address }
session-end = Beenden
session-end-of = { " " }die Sitzung von { $device }
sessions-end-others = Alle anderen beenden
device = { $name }
device-on = { $browser } auf { $system }
device-unknown = Unbekanntes Gerät
colours = Farben
colours-system = Wie im System
colours-light = Hell
colours-dark = Dunkel
colours-contrast = Hoher Kontrast, hell oder dunkel wie im System
language = Sprache
language-browser = Wie im Browser
kept-on-device = Wird auf diesem Gerät behalten.
data-what = Alles, was du hier hast, zum Behalten oder Mitnehmen. Damit kann sich niemand als du anmelden.
data-everything = Alles
data-everything-what = Profil, Sitzungen, Tweets, wem du folgst und wer dir folgt, als JSON.
data-tweets = Tweets
data-tweets-what = Eine Tabelle für Tabellenprogramme (CSV).
data-following = Gefolgt
data-following-what = Dasselbe von den Leuten, denen du folgst.
data-followers = Follower
data-followers-what = Dasselbe von deinen Followern.

## Keys, offline

keys-move = Nächster, voriger
keys-new = Neuer Tweet
keys-follow = Folgen, nicht mehr folgen
keys-search = Suchen
keys-home = Zum Start
keys-profile = Dein Profil
keys-settings = Einstellungen
keys-fresh = Neue Tweets zeigen
keys-list = Diese Liste
close = Schließen
offline-title = Offline
offline-heading = Du bist offline
offline-what = { $site } war nicht erreichbar.
offline-advice = Sieh nach, ob du verbunden bist, und lade dann diese Seite neu. Was du gerade geschrieben hast, bleibt in diesem Browser.

## Errors: what happened, and what to do

looking-for = Suchst du jemanden?
error-400 = Diese Anfrage geht nicht
error-400-advice = Geh zurück und versuche es anders.
error-401 = Bitte melde dich an
error-401-advice = Melde dich an, geh dann zurück und versuche es noch einmal: Was du geschrieben hast, ist noch da.
error-403 = Nicht erlaubt
error-403-advice = Geh zurück, oder fang auf der Startseite neu an.
error-404 = Nicht gefunden
error-405 = Diese Adresse nimmt etwas anderes
error-405-advice = Sie gehört zu einem Formular. Geh zurück zur Seite mit dem Formular und sende es von dort.
error-408 = Das hat zu lange gedauert
error-408-advice = Vielleicht ist deine Verbindung langsam. Geh zurück und sende es noch einmal: Was du geschrieben hast, ist noch da.
error-413 = Zu groß
error-413-advice = Geh zurück, kürze es und sende es noch einmal: Was du geschrieben hast, ist noch da.
error-429 = Zu viel auf einmal
error-429-advice = Warte einen Moment und versuche es dann noch einmal.
error-503 = Einen Moment nicht da
error-503-advice = Warte kurz und lade dann diese Seite neu, oder geh zurück und sende das Formular noch einmal.
error-500 = Etwas ist schiefgegangen
error-500-advice = Das liegt an uns und ist vermerkt. Versuche es noch einmal, oder geh zurück.
part = { $what ->
    [database] Die Datenbank
    [event-log] Das Ereignisprotokoll
    [kafka] Kafka
    [timeline-cache] Der Timeline-Speicher
   *[any] Etwas, das dafür nötig ist,
}
unavailable = { part } ist gerade nicht erreichbar. Nichts ging verloren; bitte versuche es gleich noch einmal.
partial = Nicht alles davon ließ sich gerade erledigen. Nichts ging verloren; bitte versuche es gleich noch einmal.
busy = Hier ist gerade zu viel los. Nichts ging verloren; bitte versuche es gleich noch einmal.
internal = Bei uns ist etwas schiefgegangen. Bitte versuche es noch einmal.
method-not-allowed = Hier werden keine { $method }-Anfragen angenommen.
too-large = Die Anfrage ist zu groß: Höchstens { $most } Bytes werden angenommen.
too-slow = Die Anfrage kam nicht innerhalb von { $within } Sekunden an. Versuche es noch einmal.
content-type-not-taken = Dieser Inhaltstyp wird nicht angenommen. Sende { $taken }.
encoding-not-taken = So gepackte Inhalte werden nicht angenommen. Sende sie, wie sie sind, oder als { $taken }.
not-read = Die Anfrage ließ sich nicht lesen: { $problem }.
forged = Diese Anfrage kam von einer anderen Website oder sagte nicht, woher sie kommt, und wurde deshalb nicht ausgeführt. Bitte versuche es von hier aus noch einmal; ein Programm sendet `Authorization: Bearer` statt eines Cookies.
nothing-at = Unter { $path } gibt es nichts. Vielleicht ist die Adresse vertippt, oder was hier war, wurde gelöscht.
no-such-file = Eine Datei { $path } gibt es nicht.
body-cut = Der Inhalt kam nicht ganz an: { $problem }.
body-not-unpacked = Der Inhalt ließ sich nicht auspacken: { $problem }.
fields-unfit = Die gesendeten Felder passen nicht: { $problem }.
json-unfit = Das gesendete JSON passt nicht: { $problem }.
not-utf8 = Der gesendete Text ist kein gültiges UTF-8.
has-nul = Im gesendeten Text steht ein NUL-Zeichen. Bitte nimm es heraus.
bad-max-id = max_id sagt, unter welcher Nummer eine Seite beginnt. Es ist eine Zahl von 1 bis { $most }; „{ $has }“ ist keine.
bad-limit = limit sagt, wie viele auf einer Seite stehen. Es ist eine Zahl von 1 bis { $most }; „{ $has }“ ist keine.
bad-page = page ist die Nummer einer Seite, von 1 bis { $most }; „{ $has }“ ist keine.
no-such-tweet = Diesen Tweet gibt es nicht. Vielleicht wurde er gelöscht.
no-such-tweet-number = Einen solchen Tweet gibt es nicht: Die Nummer in der Adresse ist keine von unseren.
no-such-account = Ein solches Konto gibt es nicht. Vielleicht wurde es gelöscht.
no-such-account-number = Ein solches Konto gibt es nicht: Die Nummer in der Adresse ist keine von unseren.
no-such-session = Eine solche Sitzung hast du nicht. Vielleicht ist sie schon beendet.
no-such-session-number = Eine solche Sitzung gibt es nicht: Die Nummer in der Adresse ist keine von unseren.
no-such-passkey = Einen solchen Passkey hast du nicht. Vielleicht ist er schon entfernt.
no-such-invitation = Eine solche Einladung hast du nicht. Vielleicht ist sie schon benutzt oder zurückgenommen.
no-such-colours = Solche Farben gibt es nicht. Geh zurück und wähle welche aus der Liste.
no-such-language = Diese Sprache wird hier nicht gesprochen. Geh zurück und wähle eine aus der Liste.
no-such-download = Eine solche Datei gibt es nicht. Geh zurück und wähle eine aus der Liste.
nobody-of-name = Unter diesem Namen gibt es hier niemanden.
nobody-called = Hier gibt es niemanden namens @{ $name }.
tag-unfit = Ein Tag hat Buchstaben, Ziffern und _, und mindestens einen Buchstaben.
not-the-author = Nur wer einen Tweet geschrieben hat, kann ihn löschen.
not-the-author-delivery = Nur wer einen Tweet geschrieben hat, kann sehen, wie weit seine Zustellung ist.
follow-self = Dir selbst kannst du nicht folgen.
unfollow-self = Dir selbst kannst du nicht entfolgen.
session-over = Du bist nicht mehr angemeldet. Bitte melde dich neu an.
token-expired = Dieses Token ist abgelaufen. Melde dich an, um ein neues zu bekommen.
wrong-credentials = Der Benutzername oder das Passwort ist falsch.
guessed-too-often = { $minutes ->
    [one] Für dieses Konto gab es zu viele falsche Passwörter. Versuche es in { $minutes } Minute noch einmal, oder auf einem Gerät, auf dem du schon angemeldet warst.
   *[other] Für dieses Konto gab es zu viele falsche Passwörter. Versuche es in { $minutes } Minuten noch einmal, oder auf einem Gerät, auf dem du schon angemeldet warst.
}

## What is wrong with what was typed

username-missing = Wähle einen Benutzernamen.
username-letters = Ein Benutzername hat nur die Buchstaben a bis z, Ziffern und _.
username-long = Ein Benutzername hat höchstens { $most } Zeichen.
username-reserved = Dieser Benutzername ist vergeben. Bitte wähle einen anderen.
username-taken = Diesen Benutzernamen hat schon jemand. Bitte wähle einen anderen.
username-empty = Gib deinen Benutzernamen oder deine E-Mail-Adresse ein.
email-missing = Gib deine E-Mail-Adresse ein.
email-unfit = Das ist keine E-Mail-Adresse. Eine sieht aus wie name@example.org.
password-missing = Wähle ein Passwort.
password-empty = Gib dein Passwort ein.
password-short = Ein Passwort hat mindestens { $least } Zeichen; dieses hat { $has }.
password-long = Ein Passwort hat höchstens { $most } Zeichen; dieses hat { $has }.
password-guessed = Dieses Passwort ist zu leicht zu erraten. Nimm ein längeres: { $long } oder mehr Zeichen gehen immer, zum Beispiel vier Wörter, die nichts miteinander zu tun haben.
password-not-present = Das ist nicht dein jetziges Passwort.
tweet-empty = Ein Tweet braucht etwas Text.
too-long = { $what ->
    [tweet] Ein Tweet darf { $most } Zeichen haben; dieser hat { $has }.
    [bio] Der Text über dich darf { $most } Zeichen haben; dieser hat { $has }.
    [reason] Das darf { $most } Zeichen haben; es hat { $has }.
   *[name] Ein Anzeigename darf { $most } Zeichen haben; dieser hat { $has }.
}
too-many-marks = { $what ->
    [tweet] In diesem Tweet
    [bio] In diesem Text
    [reason] Darin
   *[name] In diesem Anzeigenamen
} sind zu viele Zeichen übereinandergestapelt. Bitte nimm einige heraus.
idempotency-key-unfit = Ein Idempotenzschlüssel hat höchstens { $most } Zeichen und keine Steuerzeichen.

## Email

back = Zurück
change = Ändern
confirm-first = Bestätige zuerst deine E-Mail-Adresse: Ein Link wurde dorthin geschickt. Unter Einstellungen, Konto kannst du ihn noch einmal schicken lassen.
email-confirmed = Bestätigt
email-not-confirmed = Noch nicht bestätigt
email-send-again = Link noch einmal schicken
email-confirm-sent = Ein Link wurde an deine Adresse geschickt. Er gilt drei Tage.
email-change-title = E-Mail-Adresse ändern
email-new = Neue E-Mail-Adresse
email-change-hint = Ein Link wird dorthin geschickt. Die Adresse gilt, sobald du ihn geöffnet hast.
email-change = Link schicken
email-change-sent = Ein Link wurde an { $to } geschickt. Bis du ihn öffnest, gilt deine alte Adresse.
email-confirm-title = E-Mail-Adresse bestätigen
email-confirm-what = Soll diese Adresse die deines Kontos sein?
email-confirm = Bestätigen
email-confirm-done = Deine E-Mail-Adresse ist bestätigt.
email-of-another = Ein anderes Konto hat diese Adresse inzwischen bestätigt; deshalb kann sie nicht deine sein.
forgotten = Passwort vergessen?
forgotten-title = Passwort vergessen
forgotten-what = Gib die E-Mail-Adresse deines Kontos ein, und du bekommst einen Link, mit dem du ein anderes Passwort wählst.
forgotten-send = Link schicken
forgotten-sent = Wenn { $to } zu einem Konto gehört, ist ein Link unterwegs. Er gilt eine Stunde.
forgotten-not-there = Nach einigen Minuten nichts da? Sieh bei der unerwünschten Post nach, oder
new-password-title = Ein anderes Passwort wählen
new-password-whose = Für @{ $name }.
new-password-done = Dein Passwort ist geändert, und alle Sitzungen sind beendet. Melde dich damit an.
link-unusable = Dieser Link geht nicht mehr: Er wurde benutzt, oder er ist zu alt, oder ein Teil von ihm fehlt. Lass dir einen neuen schicken.
too-often = { $minutes ->
    [one] Das wurde von hier aus zu oft getan. Versuche es in { $minutes } Minute noch einmal.
   *[other] Das wurde von hier aus zu oft getan. Versuche es in { $minutes } Minuten noch einmal.
}
mail-hello = Hallo @{ $name },
mail-confirm = Bestätige deine E-Mail-Adresse für { $site }
mail-confirm-text = öffne diesen Link, um zu bestätigen, dass diese Adresse deine ist. Er geht einmal, drei Tage lang.
mail-confirm-not = Wenn du das nicht wolltest, tu nichts: Vielleicht hat sich jemand bei der Adresse vertippt.
mail-address-taken = Jemand hat deine E-Mail-Adresse bei { $site } angegeben
mail-address-taken-text = diese Adresse wurde für dieses Konto angegeben, gehört aber schon zu @{ $name } und wurde deshalb nicht übernommen. Wenn du das warst, melde dich als @{ $name } an, oder lass dir einen Link schicken, mit dem du ein anderes Passwort wählst. Wenn nicht, tu nichts.
mail-reset = Wähle ein anderes Passwort für { $site }
mail-reset-text = Jemand, hoffentlich du, hat ein Passwort vergessen und diese Adresse angegeben. Öffne den Link des Kontos, um ein anderes zu wählen. Er geht einmal, eine Stunde lang.
mail-reset-whose = @{ $name }:
mail-reset-not = Wenn du das nicht warst, tu nichts: Durch diese Mail ändert sich nichts.
mail-address-to-change = Deine E-Mail-Adresse bei { $site } soll geändert werden
mail-address-to-change-text = jemand, der dein Passwort kennt, will die Adresse deines Kontos zu { $to } ändern. Sie ändert sich, sobald ein dorthin geschickter Link geöffnet wird. Wenn du das nicht warst, ändere jetzt dein Passwort.
mail-address-changed = Deine E-Mail-Adresse bei { $site } wurde geändert
mail-address-changed-text = die Adresse deines Kontos ist jetzt { $to }; diese hier ist es nicht mehr. Wenn du das nicht warst, schreib an die Person, die den Server betreibt.
mail-password-changed = Dein Passwort bei { $site } wurde geändert
mail-password-changed-text = das Passwort deines Kontos wurde geändert, und alle anderen Sitzungen wurden beendet. Wenn du das nicht warst, lass dir einen Link schicken, mit dem du ein anderes wählst: Anmelden, Passwort vergessen.
mail-new-device = Jemand hat sich bei deinem Konto auf { $site } angemeldet
mail-new-device-text = jemand hat sich bei deinem Konto auf einem Gerät angemeldet, das dafür noch nicht benutzt wurde: { $device }, von { $address }, { $at }. Wenn du das warst, ist alles gut. Wenn nicht, ändere jetzt dein Passwort; das beendet jene Sitzung.

## Second factor

second-factor = Zweiter Faktor
second-factor-what = Damit lässt ein gestohlenes Passwort allein niemanden hinein.
second-factor-on = Er ist an: Dein Passwort allein lässt niemanden hinein.
second-factor-proof = Jede Änderung auf dieser Seite fragt danach.
remove = Entfernen
app = Authentifizierungs-App
app-what = Eine App auf deinem Telefon zeigt einen Code aus sechs Ziffern, alle halbe Minute einen neuen.
app-is-on = Sie ist an: Beim Anmelden wird nach ihrem Code gefragt.
app-add = App einrichten
app-remove = Ausschalten
app-look = Lass die App dieses Bild ansehen.
app-picture = Bild für die Authentifizierungs-App; das Geheimnis steht auch darunter.
app-type = Oder tippe das Geheimnis ein, oder
app-open = öffne die App auf diesem Gerät.
app-code-hint = Die sechs Ziffern, die die App jetzt zeigt.
app-turn-on = Einschalten
app-on = Die App ist an: Von jetzt an wird nach ihrem Code gefragt.
app-off = Die App ist aus.
app-not-proposed = Es gibt keine App zum Einschalten. Fang unter Einstellungen, Konto, Zweiter Faktor neu an.
code = Code
code-title = Gib einen Code ein
code-hint = Die sechs Ziffern deiner Authentifizierungs-App oder einer deiner Wiederherstellungscodes.
code-wrong = Dieser Code stimmt nicht oder wurde schon benutzt. Eine App hat alle halbe Minute einen neuen.
second-step-over = Das hat zu lange gedauert. Bitte melde dich neu an.
recovery-codes = Wiederherstellungscodes
recovery-codes-keep = Bewahre sie dort auf, wo du sie ohne dein Telefon findest. Jeder lässt dich einmal hinein, anstelle einer App oder eines Passkeys. Sie werden nur jetzt gezeigt.
recovery-codes-left = Du hast noch { $n }. Jeder lässt dich einmal hinein.
recovery-codes-renew = Neue machen
recovery-codes-new = Das sind deine neuen Wiederherstellungscodes. Die alten gehen nicht mehr.
passkeys = Passkeys
passkeys-what = Dein Gerät lässt dich mit Finger, Gesicht oder PIN hinein, ohne Passwort.
passkeys-none = Auf diesem Server gibt es keine Passkeys, denn er hat keinen Namen, nur eine Adresse aus Zahlen.
passkeys-too-many = Du hast schon zwanzig Passkeys. Entferne zuerst einen.
passkey-add = Passkey hinzufügen
passkey-added = Der Passkey ist hinzugefügt: Du kannst dich damit anmelden.
passkey-removed = Der Passkey ist entfernt.
passkey-since = Hinzugefügt
passkey-used = Zuletzt benutzt
passkey-log-in = Mit einem Passkey anmelden
passkey-failed = Das ging nicht: Das Gerät hat nicht geantwortet oder keinen Passkey für diesen Server. Versuche es noch einmal.
passkey-late = Das hat zu lange gedauert oder war schon geschehen. Versuche es noch einmal.
passkey-refused = Die Antwort des Geräts passt nicht zur Frage. Versuche es noch einmal.
passkey-unknown = Diesen Passkey hat hier niemand. Vielleicht wurde er entfernt.
mail-factor-added = Ein zweiter Faktor kam zu deinem Konto bei { $site } hinzu
mail-factor-added-text = eine Authentifizierungs-App oder ein Passkey kam zu deinem Konto hinzu. Wenn du das nicht warst, ändere jetzt dein Passwort und sieh unter Einstellungen, Konto nach.
mail-factor-removed = Ein zweiter Faktor wurde von deinem Konto bei { $site } entfernt
mail-factor-removed-text = eine Authentifizierungs-App oder ein Passkey wurde von deinem Konto entfernt, und alle anderen Sitzungen wurden beendet. Wenn du das nicht warst, ändere jetzt dein Passwort und sieh unter Einstellungen, Konto nach.

## Deleting an account

delete-account = Dein Konto löschen
delete-account-go = Löschen
delete-account-what = Dein Profil, deine Tweets, wem du folgst und wer dir folgt: Alles verschwindet hier für immer. Deinen Benutzernamen bekommt niemand sonst.
delete-account-when = { $days ->
    [0] Es wird sofort gelöscht.
    [one] Es wird nach { $days } Tag gelöscht. Bis dahin bleibt alles, wie es ist, und du kannst dich anmelden und es zurücknehmen.
   *[other] Es wird nach { $days } Tagen gelöscht. Bis dahin bleibt alles, wie es ist, und du kannst dich anmelden und es zurücknehmen.
}
delete-account-data = Lade vorher deine Daten herunter
delete-account-done = Dein Konto wird am { $at } gelöscht.
delete-account-keep = Du bist abgemeldet. Melde dich vor diesem Tag an, um es zurückzunehmen.
delete-take-back = Mein Konto behalten
delete-taken-back = Dein Konto bleibt.
mail-account-to-delete = Dein Konto bei { $site } soll gelöscht werden
mail-account-to-delete-text = dein Konto wird am { $at } gelöscht. Melde dich vorher an, um es zurückzunehmen. Wenn du das nicht warst, melde dich an, behalte dein Konto und ändere dein Passwort.
mail-account-deleted = Dein Konto bei { $site } ist gelöscht
mail-account-deleted-text = Das Konto @{ $name } ist gelöscht, mit allem, was dazugehörte. Leb wohl.

## Who lets others in

sign-up-closed = Hier kann sich im Moment niemand registrieren.
sign-up-approved = Jede Anmeldung wird hier angesehen, bevor ein Konto daraus wird.
sign-up-invited-only = Hier können sich nur Eingeladene registrieren. Bitte jemanden, der hier ist, um eine Einladung.
sign-up-reason = Warum möchtest du hier sein?
sign-up-reason-hint = Das lesen die, die hier Leute aufnehmen, und niemand sonst.
sign-up-waiting = Jemand sieht sich deine Registrierung als @{ $name } an; dann bekommst du eine E-Mail.
sign-up-waits = Deine Registrierung hat sich noch niemand angesehen. Du bekommst dann eine E-Mail.
reason-missing = Sag in ein paar Worten, warum du hier sein möchtest.
username-confusable = Dieser Benutzername sieht aus wie einer, den schon jemand hat. Bitte wähle einen anderen.
invitation-unusable = Diese Einladung geht nicht mehr: Jemand hat sie benutzt, oder sie ist zu alt. Bitte um eine neue.
invitations = Einladungen
invitations-about = Mit einem Link kann sich eine Person registrieren, eine Woche lang.
invitations-none = Hier braucht niemand eine Einladung.
invitations-too-many = Du hast { $most } Einladungen, die niemand benutzt hat. Nimm zuerst eine zurück.
invitation-made = Dieser Link wird nur jetzt gezeigt. Schick ihn der Person, die du einlädst:
invitation-make = Einladung machen
invitation-until = Gilt bis
invitation-withdraw = Zurücknehmen
look = Ansehen
moderators-only = Das dürfen nur die, die sich um diesen Server kümmern.
sign-ups = Wartende Registrierungen
sign-ups-none = Niemand wartet.
let-in = Aufnehmen
refuse = Ablehnen
mail-let-in = Du bist dabei: { $site }
mail-let-in-text = Deine Registrierung als @{ $name } wurde angenommen. Melde dich mit dem Passwort an, das du gewählt hast.
mail-not-let-in = Deine Registrierung bei { $site }
mail-not-let-in-text = Deine Registrierung als @{ $name } wurde nicht angenommen. Was du dabei geschickt hast, ist gelöscht.

## What stands in the code

in-english = { $text }
