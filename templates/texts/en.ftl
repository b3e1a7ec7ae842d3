### What people read, in English. The same keys stand in the other files here, and a test compares them.
### In templates: "key" | say. In code: message("key").

## Every page

title-problem = Problem: { $title }
skip = Skip to content
nav-site = Site
nav-home = Home
nav-find = Find people
nav-profile = Profile
nav-settings = Settings
nav-log-out = Log out
nav-log-in = Log in
nav-sign-up = Sign up
nav-tweet = Tweet
nav-about = About
nav-appearance = Appearance
nav-keys = Keys
pages = Pages
to-start = Go to the start page
did-not-work = This did not work yet
save = Save
download = Download

## People and follows

follow = Follow
unfollow = Unfollow
follow-log-in = : log in first
you = You
follows-you = Follows you
edit-profile = Edit profile
joined = Joined
feed = Feed
tweets-word = { $n ->
    [one] tweet
   *[other] tweets
}
following-word = following
followers-word = { $n ->
    [one] follower
   *[other] followers
}
search-label = Part of a name
search = Search

## The box for a tweet

compose-label = What would you like to say?
compose-hint = Up to { $most } characters. Links, @names and #tags become links.
compose-unsent = This was not sent: the server could not be reached. Your tweet is kept here; please try again.
compose-left = { $n } characters left
compose-over = Too long
compose-posted = Posted
tweet-verb = Tweet
try-again = Try again
compose-alone-title = Not posted yet
compose-alone-heading = Your tweet is not posted yet
compose-alone-notice = What you wrote is below. Trying again is safe: it will not be posted twice.
logged-in-tweet-waits = You are logged in. Your tweet is not posted yet.
logged-in-changes-wait = You are logged in. Your changes are not saved yet.

## Home

home-older = Home: older tweets
timeline = Timeline
back-to-place = Back to where you were
you-were-here = You were here
news-one = 1 new tweet
news-many = { $n } new tweets
news-most = { $n } or more new tweets
home-empty-title = Nothing here yet
home-empty = What you say and what the people you follow say will stand here, newest first. Follow somebody, and what they said is here at once.
find-to-follow = Find people to follow
people-you-may-like = People you may like
no-older-tweets = There are no older tweets.
back-to-newest = Back to newest
older-tweets = Older tweets

## Welcome, about

welcome-title = Welcome
welcome-what = Say something in up to { $most } characters, follow the people you like to read, and see what they say in one place: newest first, nothing left out, nothing slipped in.
welcome-looking = Only looking?
welcome-who = See who is here
welcome-all = . Everything said here can be read without an account.
welcome-latest = Just said
about-title = About { $site }
about-people = { $people ->
    [one] { $people } person
   *[other] { $people } people
}
about-tweets = { $tweets ->
    [one] { $tweets } tweet
   *[other] { $tweets } tweets
}
about-figures = { about-people }, { about-tweets }.
about-rules = Rules
about-who = Who runs it
about-write-to = Write to
about-nobody = Whoever runs this server has left no address.
about-runs = It runs
about-version = { $version }, which anybody may run, read and change.

## Tweets, profiles, tags

tweet-title = { $name }: “{ $text }”
tweet-heading = Tweet
tweet-by = { " " }by { $name }
delete-tweet = Delete this tweet
delete-what = It will be gone from every timeline, and cannot be brought back.
delete-for-good = Delete for good
profile-about = Tweets by { $name }.
tweets-title = Tweets
says-nothing-self = You have not said anything yet.
write-first = Write your first tweet
says-nothing = { $name } has not said anything yet.
tag-about = Tweets with #{ $tag } on { $site }.
tag-unused = Nobody has used this tag yet.
tag-first = Be the first: write a tweet with #{ $tag }
followers-of = Followers of { $name }
followed-by = People { $name } follows
followers-about = Who follows { $name } on { $site }.
following-about = Whom { $name } follows on { $site }.
followers-title = Followers
following-title = Following
nobody-on-page = There is nobody on this page.
follow-nobody-self = You follow nobody yet.
followers-none-self = Nobody follows you yet. People find you when you say something and follow others.
follow-nobody = { $name } follows nobody yet.
followers-none = Nobody follows { $name } yet.
back-to-first = Back to first
more-people = More people
people-title = People: { $query }
people-about = People on { $site }.
people = People
people-found = People found
people-all = Everybody, the newest first
people-none-title = Nobody found
people-none = No username or display name here has “{ $query }” in it. A shorter part of the name finds more.
people-show-all = Show everybody

## How far the delivery of a tweet is

delivery-waiting = { $n ->
    [one] Waiting to be delivered to { $n } follower.
   *[other] Waiting to be delivered to { $n } followers.
}
delivery-under-way = { $n ->
    [one] Being delivered: { $done } of { $n } follower.
   *[other] Being delivered: { $done } of { $n } followers.
}
delivery-retrying = Delivering it failed on our side; it is tried again.
delivery-set-aside = Delivering it failed again and again on our side. Whoever runs this server can have it tried again.
delivery-merged = { $n ->
    [one] Shown to { $n } follower when they open their home.
   *[other] Shown to { $n } followers when they open their home.
}
delivery-done = { $n ->
    [one] Delivered to { $n } follower.
   *[other] Delivered to { $n } followers.
}

## Logging in and out, signing up

log-in = Log in
log-in-first = Please log in first.
log-in-first-tweet = Please log in first. Your tweet is kept and comes along.
log-in-first-changes = Please log in first. Your changes are kept and come along.
log-in-draft = Your tweet, not posted yet:
new-here = New here?
username = Username
username-or-email = Username or email
password = Password
email = Email address
sign-up = Sign up
sign-up-name-hint = 1 to 30 letters, digits or _. Others see it, and find you by it.
sign-up-email-hint = Not shown to anybody.
password-hint = 15 or more characters, or 8 that are hard to guess.
been-here = Been here before?
log-out = Log out
log-out-title = Log out?
log-out-as = You are logged in as
stay = Stay

## Settings

settings = Settings
tab-profile = Profile
tab-account = Account
tab-sessions = Sessions
tab-appearance = Appearance
tab-data = Your data
your-profile = Your profile
display-name = Display name
display-name-hint = Up to { $most } characters. Without one, your username is shown.
bio = About you
bio-hint = Up to { $most } characters. Links, @names and #tags become links.
password-change-title = Change your password
password-present = Present password
password-new = New password
password-others = Everybody else who is logged in as you has to log in again.
password-change = Change password
password-changed = { $n ->
    [0] Your password is changed. There were no other sessions.
    [one] Your password is changed. Your other session is ended.
   *[other] Your password is changed. Your { $n } other sessions are ended.
}
sessions-title = Where you are logged in
sessions-unknown = If you do not know one of these, end it and
sessions-unknown-link = change your password
sessions-unknown-end = .
session-this = This device
session-used = Last used
session-begun = Logged in
session-from = Logged in from { $address }
session-end = End
session-end-of = { " " }the session of { $device }
sessions-end-others = End all others
device = { $name }
device-on = { $browser } on { $system }
device-unknown = Unknown device
colours = Colours
colours-system = As the system has them
colours-light = Light
colours-dark = Dark
colours-contrast = High contrast, light or dark as the system
language = Language
language-browser = As the browser asks for
kept-on-device = Kept on this device.
data-what = All that you have here, to keep or to take elsewhere. Nothing in it lets anybody log in as you.
data-everything = Everything
data-everything-what = Profile, sessions, tweets, whom you follow and who follows you, as JSON.
data-tweets = Tweets
data-tweets-what = A table for spreadsheets (CSV).
data-following = Following
data-following-what = The same of the people you follow.
data-followers = Followers
data-followers-what = The same of your followers.

## Keys, offline

keys-move = Next, previous
keys-new = New tweet
keys-follow = Follow, unfollow
keys-search = Search
keys-home = Go home
keys-profile = Your profile
keys-settings = Settings
keys-fresh = Show new tweets
keys-list = This list
close = Close
offline-title = Offline
offline-heading = You are offline
offline-what = { $site } could not be reached.
offline-advice = Look whether you are connected, then reload this page. What you were writing is kept in this browser.

## Errors: what happened, and what to do

looking-for = Looking for somebody?
error-400 = This request does not work
error-400-advice = Go back and try it another way.
error-401 = Please log in
error-401-advice = Log in, then go back and try again: what you typed is still there.
error-403 = Not allowed
error-403-advice = Go back, or start again from the start page.
error-404 = Not found
error-405 = This address takes something else
error-405-advice = It belongs to a form. Go back to the page with the form and send it from there.
error-408 = That took too long
error-408-advice = Your connection may be slow. Go back and send it again: what you typed is still there.
error-413 = Too large
error-413-advice = Go back, make it shorter and send it again: what you typed is still there.
error-429 = Too much at once
error-429-advice = Wait a moment, then try again.
error-503 = Away for a moment
error-503-advice = Wait a little, then reload this page, or go back and send the form again.
error-500 = Something went wrong
error-500-advice = It is our fault and has been noted. Try again, or go back.
part = { $what ->
    [database] The database
    [event-log] The event log
    [kafka] Kafka
    [timeline-cache] The timeline cache
   *[any] Something that this needs
}
unavailable = { part } cannot be reached at the moment. Nothing was lost; please try again shortly.
partial = Not all of this could be done at the moment. Nothing was lost; please try again shortly.
busy = Too much is going on here at the moment. Nothing was lost; please try again shortly.
internal = Something went wrong on our side. Please try again.
method-not-allowed = Nothing here takes { $method } requests.
too-large = The request is too large: at most { $most } bytes are taken.
too-slow = The request did not arrive within { $within } seconds. Try it again.
content-type-not-taken = This content type is not taken. Send { $taken }.
encoding-not-taken = Bodies packed like this are not taken. Send them as they are, or as { $taken }.
not-read = The request could not be read: { $problem }.
forged = This request came from another site, or did not say where it came from, so it was not carried out. Please try again from here; a program says `Authorization: Bearer` instead of sending a cookie.
nothing-at = There is nothing at { $path }. Perhaps the address was mistyped, or what was here has been deleted.
no-such-file = There is no file { $path }.
body-cut = The body did not arrive whole: { $problem }.
body-not-unpacked = The body could not be unpacked: { $problem }.
fields-unfit = The fields sent do not fit: { $problem }.
json-unfit = The JSON sent does not fit: { $problem }.
not-utf8 = The text sent is not valid UTF-8.
has-nul = The text sent has a NUL character in it. Please take it out.
no-such-tweet = This tweet does not exist. It may have been deleted.
no-such-tweet-number = There is no such tweet: the number in the address is not one of ours.
no-such-account = There is no such account. It may have been deleted.
no-such-account-number = There is no such account: the number in the address is not one of ours.
no-such-session = You have no such session. Perhaps it is over already.
no-such-session-number = There is no such session: the number in the address is not one of ours.
no-such-passkey = You have no such passkey. Perhaps it is removed already.
no-such-invitation = You have no such invitation. Perhaps it is used or taken back already.
no-such-colours = There are no such colours. Go back and choose one of the list.
no-such-language = This language is not spoken here. Go back and choose one of the list.
no-such-download = There is no such file. Go back and choose one of the list.
bad-max-id = max_id says below which id a page begins. It is a number from 1 to { $most }; “{ $has }” is not.
bad-limit = limit says how many there are on a page. It is a number from 1 to { $most }; “{ $has }” is not.
bad-page = page is the number of a page, from 1 to { $most }; “{ $has }” is not.
nobody-of-name = There is nobody of this name here.
nobody-called = There is nobody called @{ $name } here.
tag-unfit = A tag has letters, digits and _, and at least one letter.
not-the-author = Only its author can delete a tweet.
not-the-author-delivery = Only its author can see how far the delivery of a tweet is.
follow-self = You cannot follow yourself.
unfollow-self = You cannot unfollow yourself.
session-over = You are not logged in any more. Please log in again.
token-expired = This token has expired. Log in again for a new one.
wrong-credentials = The username or the password is wrong.
guessed-too-often = { $minutes ->
    [one] There were too many wrong passwords for this account. Try again in { $minutes } minute, or on a device where you have logged in before.
   *[other] There were too many wrong passwords for this account. Try again in { $minutes } minutes, or on a device where you have logged in before.
}

## What is wrong with what was typed

username-missing = Choose a username.
username-letters = A username has only the letters a to z, digits and _.
username-long = A username has at most { $most } characters.
username-reserved = This username is reserved. Please choose another.
username-taken = This username is taken. Please choose another.
username-empty = Enter your username or your email address.
email-missing = Enter your email address.
email-unfit = This is not an email address. One looks like name@example.org.
password-missing = Choose a password.
password-empty = Enter your password.
password-short = A password has at least { $least } characters; this one has { $has }.
password-long = A password has at most { $most } characters; this one has { $has }.
password-guessed = This password is guessed too easily. Take a longer one: { $long } characters or more are always taken, four words that have nothing to do with one another for example.
password-not-present = This is not your present password.
tweet-empty = A tweet needs some text.
too-long = { $what ->
    [tweet] A tweet
    [bio] A bio
    [reason] This
   *[name] A display name
} may have { $most } characters; this one has { $has }.
too-many-marks = { $what ->
    [tweet] A tweet
    [bio] A bio
    [reason] This
   *[name] A display name
} has too many marks piled on its characters. Please take some out.
idempotency-key-unfit = An idempotency key has at most { $most } characters and no control characters.

## Email

back = Back
change = Change
confirm-first = Confirm your email address first: a link was sent there. You can have it sent again under Settings, Account.
email-confirmed = Confirmed
email-not-confirmed = Not confirmed yet
email-send-again = Send the link again
email-confirm-sent = A link was sent to your address. It works for three days.
email-change-title = Change your email address
email-new = New email address
email-change-hint = A link is sent there. The address counts once you have opened it.
email-change = Send the link
email-change-sent = A link was sent to { $to }. Until you open it, your old address counts.
email-confirm-title = Confirm your email address
email-confirm-what = Do you want this address to be the one of your account?
email-confirm = Confirm
email-confirm-done = Your email address is confirmed.
email-of-another = Another account has confirmed this address meanwhile, so it cannot be yours.
forgotten = Forgotten your password?
forgotten-title = Forgotten your password
forgotten-what = Type the email address of your account, and you get a link by which you choose another password.
forgotten-send = Send the link
forgotten-sent = If { $to } belongs to an account, a link is on its way. It works for an hour.
forgotten-not-there = Nothing there after some minutes? Look among the unwanted mail, or
new-password-title = Choose another password
new-password-whose = For @{ $name }.
new-password-done = Your password is changed, and all sessions are ended. Log in with it.
link-unusable = This link does not work any more: it was used, or it is too old, or a part of it is missing. Ask for another one.
too-often = { $minutes ->
    [one] This was done too often from here. Try again in { $minutes } minute.
   *[other] This was done too often from here. Try again in { $minutes } minutes.
}
mail-hello = Hello @{ $name },
mail-confirm = Confirm your email address for { $site }
mail-confirm-text = open this link to confirm that this address is yours. It works once, for three days.
mail-confirm-not = If you did not ask for this, do nothing: somebody may have mistyped their address.
mail-address-taken = Somebody gave your email address at { $site }
mail-address-taken-text = this address was given for this account, but it belongs to @{ $name } already, so it was not taken. If that was you, log in as @{ $name }, or have a link sent by which you choose another password. If it was not, do nothing.
mail-reset = Choose another password for { $site }
mail-reset-text = Somebody, you we hope, has forgotten a password and gave this address. Open the link of the account to choose another one. It works once, for an hour.
mail-reset-whose = @{ $name }:
mail-reset-not = If that was not you, do nothing: nothing is changed by this mail.
mail-address-to-change = Your email address at { $site } is to be changed
mail-address-to-change-text = somebody who knows your password asked to change the address of your account to { $to }. It changes once a link that was sent there is opened. If that was not you, change your password now.
mail-address-changed = Your email address at { $site } was changed
mail-address-changed-text = the address of your account is { $to } now; this one is not any more. If that was not you, write to whoever runs the server.
mail-password-changed = Your password at { $site } was changed
mail-password-changed-text = the password of your account was changed, and all other sessions were ended. If that was not you, have a link sent by which you choose another one: log in, forgotten your password.
mail-new-device = Somebody logged in to your account at { $site }
mail-new-device-text = somebody logged in to your account on a device that was not used for it before: { $device }, from { $address }, { $at }. If that was you, all is well. If it was not, change your password now, which ends that session.

## Second factor

second-factor = Second factor
second-factor-what = With one, a stolen password alone lets nobody in.
second-factor-on = It is on: your password alone lets nobody in.
second-factor-proof = Each change on this page asks for it.
remove = Remove
app = Authenticator app
app-what = An app on your phone shows a code of six digits, a new one every half minute.
app-is-on = It is on: its code is asked for when you log in.
app-add = Set up an app
app-remove = Turn it off
app-look = Have the app look at this picture.
app-picture = Picture for the authenticator app; the secret stands below it, too.
app-type = Or type the secret into it, or
app-open = open the app on this device.
app-code-hint = The six digits that the app shows now.
app-turn-on = Turn it on
app-on = The app is on: its code is asked for from now on.
app-off = The app is off.
app-not-proposed = There is no app to turn on. Begin again under Settings, Account, Second factor.
code = Code
code-title = Enter a code
code-hint = The six digits of your authenticator app, or one of your recovery codes.
code-wrong = This code is not right, or it was used before. An app has a new one every half minute.
second-step-over = That took too long. Please log in again.
recovery-codes = Recovery codes
recovery-codes-keep = Keep these where you find them without your phone. Each lets you in once instead of an app or a passkey. They are shown only now.
recovery-codes-left = { $n ->
    [one] You have { $n } left. Each lets you in once.
   *[other] You have { $n } left. Each lets you in once.
}
recovery-codes-renew = Make new ones
recovery-codes-new = These are your new recovery codes. The old ones do not work any more.
passkeys = Passkeys
passkeys-what = Your device lets you in by your finger, your face or its PIN, without a password.
passkeys-none = There are no passkeys on this server, since it has no name, only an address of numbers.
passkeys-too-many = You have twenty passkeys already. Remove one first.
passkey-add = Add a passkey
passkey-added = The passkey is added: you can log in with it.
passkey-removed = The passkey is removed.
passkey-since = Added
passkey-used = Last used
passkey-log-in = Log in with a passkey
passkey-failed = That did not work: the device did not answer, or it has no passkey for this server. Try again.
passkey-late = That took too long, or was done already. Try again.
passkey-refused = The answer of the device does not fit what was asked. Try again.
passkey-unknown = Nobody here has this passkey. It may have been removed.
mail-factor-added = A second factor was added to your account at { $site }
mail-factor-added-text = an authenticator app or a passkey was added to your account. If that was not you, change your password now and look under Settings, Account.
mail-factor-removed = A second factor was removed from your account at { $site }
mail-factor-removed-text = an authenticator app or a passkey was removed from your account, and all other sessions were ended. If that was not you, change your password now and look under Settings, Account.

## Deleting an account

delete-account = Delete your account
delete-account-go = Delete
delete-account-what = Your profile, your tweets, whom you follow and who follows you will be gone from here for good. Nobody else will get your username.
delete-account-when = { $days ->
    [0] It is deleted at once.
    [one] It is deleted after { $days } day. Until then everything stays as it is, and you can log in and take it back.
   *[other] It is deleted after { $days } days. Until then everything stays as it is, and you can log in and take it back.
}
delete-account-data = Download your data first
delete-account-done = Your account will be deleted on { $at }.
delete-account-keep = You are logged out. Log in before that day to take it back.
delete-take-back = Keep my account
delete-taken-back = Your account stays.
mail-account-to-delete = Your account at { $site } is to be deleted
mail-account-to-delete-text = your account will be deleted on { $at }. Log in before that to take it back. If that was not you, log in, keep your account and change your password.
mail-account-deleted = Your account at { $site } is deleted
mail-account-deleted-text = The account @{ $name } is deleted, with all that belonged to it. Farewell.

## Who lets others in

sign-up-closed = Nobody can sign up here at the moment.
sign-up-approved = Somebody looks at each sign-up here before it becomes an account.
sign-up-invited-only = Only the invited can sign up here. Ask somebody who is here for an invitation.
sign-up-reason = Why would you like to be here?
sign-up-reason-hint = Whoever lets people in here reads it, and nobody else.
sign-up-waiting = Somebody will look at your sign-up as @{ $name }, and you get an email then.
sign-up-waits = Nobody has looked at your sign-up yet. You get an email then.
reason-missing = Say in a few words why you would like to be here.
username-confusable = This username looks like one that somebody has. Please choose another.
invitation-unusable = This invitation does not work any more: somebody used it, or it is too old. Ask for another one.
invitations = Invitations
invitations-about = A link lets one person sign up, within a week.
invitations-none = Nobody needs an invitation here.
invitations-too-many = You have { $most } invitations that nobody has used. Take one back first.
invitation-made = This link is shown only now. Send it to the one whom you invite:
invitation-make = Make an invitation
invitation-until = Works until
invitation-withdraw = Take back
look = Look
moderators-only = Only those who look after this server may do that.
sign-ups = Sign-ups that wait
sign-ups-none = Nobody waits.
let-in = Let in
refuse = Refuse
mail-let-in = You are in: { $site }
mail-let-in-text = Your sign-up as @{ $name } was accepted. Log in with the password that you chose.
mail-not-let-in = Your sign-up at { $site }
mail-not-let-in-text = Your sign-up as @{ $name } was not accepted. What you sent with it is deleted.

## What stands in the code

in-english = { $text }
