### What people read, in Japanese. The keys are those of en.ftl.

## Every page

title-problem = 問題: { $title }
skip = 本文へ移動
nav-site = サイト
nav-home = ホーム
nav-find = 人を探す
nav-profile = プロフィール
nav-settings = 設定
nav-log-out = ログアウト
nav-log-in = ログイン
nav-sign-up = 登録
nav-tweet = ツイート
nav-about = このサイトについて
nav-appearance = 表示
nav-keys = キー操作
pages = ページ
to-start = トップページへ
did-not-work = まだ完了していません
save = 保存
download = ダウンロード

## People and follows

follow = フォロー
unfollow = フォローをやめる
follow-log-in = （先にログイン）
you = あなた
follows-you = フォローされています
edit-profile = プロフィールを編集
joined = 登録日
feed = フィード
tweets-word = ツイート
following-word = フォロー中
followers-word = フォロワー
search-label = 名前の一部
search = 検索

## The box for a tweet

compose-label = いま何を話しますか？
compose-hint = { $most }文字まで。リンク、@名前、#タグはリンクになります。
compose-unsent = サーバーに接続できず、送信されませんでした。ツイートはここに残っています。もう一度お試しください。
compose-left = あと{ $n }文字
compose-over = 長すぎます
compose-posted = 送信しました
tweet-verb = ツイート
try-again = もう一度試す
compose-alone-title = まだ送信されていません
compose-alone-heading = ツイートはまだ送信されていません
compose-alone-notice = 書いた内容は下にあります。もう一度送っても二重には投稿されません。
logged-in-tweet-waits = ログインしました。ツイートはまだ送信されていません。
logged-in-changes-wait = ログインしました。変更はまだ保存されていません。

## Home

home-older = ホーム: 以前のツイート
timeline = タイムライン
back-to-place = 前回の続きへ
you-were-here = 前回はここまで
news-one = 新しいツイート1件
news-many = 新しいツイート{ $n }件
news-most = 新しいツイート{ $n }件以上
home-empty-title = まだ何もありません
home-empty = あなたとフォローしている人の発言が、新しい順にここに並びます。だれかをフォローすると、その人の発言がすぐに表示されます。
find-to-follow = フォローする人を探す
people-you-may-like = おすすめの人
no-older-tweets = これより前のツイートはありません。
back-to-newest = 最新に戻る
older-tweets = 以前のツイート

## Welcome, about

welcome-title = ようこそ
welcome-what = { $most }文字までで発言し、読みたい人をフォローすれば、その人たちの発言がひとつの場所に並びます。新しい順に、何も省かず、何も混ぜずに。
welcome-looking = まず見てみますか？
welcome-who = ここにいる人を見る
welcome-all = 。発言はすべて、登録しなくても読めます。
welcome-latest = 最新の発言
about-title = { $site }について
about-people = { $people }人
about-tweets = { $tweets }件のツイート
about-figures = { about-people }、{ about-tweets }。
about-rules = ルール
about-who = 運営者
about-write-to = 連絡先:
about-nobody = このサーバーの運営者は連絡先を公開していません。
about-runs = 使用ソフトウェア:
about-version = { $version }（だれでも運用し、読み、変更できます）

## Tweets, profiles, tags

tweet-title = { $name }「{ $text }」
tweet-heading = ツイート
tweet-by = （{ $name }）
delete-tweet = このツイートを削除
delete-what = すべてのタイムラインから消え、元に戻せません。
delete-for-good = 完全に削除
profile-about = { $name }のツイート。
tweets-title = ツイート
says-nothing-self = まだ何も発言していません。
write-first = 最初のツイートを書く
says-nothing = { $name }さんはまだ何も発言していません。
tag-about = { $site }の #{ $tag } のツイート。
tag-unused = このタグはまだだれも使っていません。
tag-first = #{ $tag } の最初のツイートを書く
followers-of = { $name }のフォロワー
followed-by = { $name }がフォローしている人
followers-about = { $site }で{ $name }をフォローしている人。
following-about = { $site }で{ $name }がフォローしている人。
followers-title = フォロワー
following-title = フォロー中
nobody-on-page = このページにはだれもいません。
follow-nobody-self = まだだれもフォローしていません。
followers-none-self = まだフォロワーはいません。発言したりほかの人をフォローしたりすると見つけてもらえます。
follow-nobody = { $name }さんはまだだれもフォローしていません。
followers-none = { $name }さんのフォロワーはまだいません。
back-to-first = 最初に戻る
more-people = さらに表示
people-title = 人: { $query }
people-about = { $site }の人たち。
people = 人
people-found = 見つかった人
people-all = 全員（新しい順）
people-none-title = だれも見つかりません
people-none = ユーザー名にも表示名にも「{ $query }」を含む人はいません。名前を短くするともっと見つかります。
people-show-all = 全員を表示

## How far the delivery of a tweet is

delivery-waiting = { $n }人のフォロワーへの配信を待っています。
delivery-under-way = 配信中: { $n }人のフォロワーのうち{ $done }人。
delivery-retrying = サーバー側で配信に失敗しました。再試行しています。
delivery-set-aside = サーバー側で配信に何度も失敗しました。サーバーの運営者が再試行できます。
delivery-merged = { $n }人のフォロワーがホームを開いたときに表示されます。
delivery-done = { $n }人のフォロワーに配信しました。

## Logging in and out, signing up

log-in = ログイン
log-in-first = 先にログインしてください。
log-in-first-tweet = 先にログインしてください。ツイートは保存され、引き継がれます。
log-in-first-changes = 先にログインしてください。変更は保存され、引き継がれます。
log-in-draft = まだ送信されていないツイート:
new-here = はじめてですか？
username = ユーザー名
username-or-email = ユーザー名またはメールアドレス
password = パスワード
email = メールアドレス
sign-up = 登録
sign-up-name-hint = 英数字と _ で1～30文字。ほかの人に表示され、検索に使われます。
sign-up-email-hint = だれにも表示されません。
password-hint = 15文字以上、または推測しにくい8文字以上。
been-here = 登録済みですか？
log-out = ログアウト
log-out-title = ログアウトしますか？
log-out-as = ログイン中:
stay = このまま続ける

## Settings

settings = 設定
tab-profile = プロフィール
tab-account = アカウント
tab-sessions = セッション
tab-appearance = 表示
tab-data = あなたのデータ
your-profile = あなたのプロフィール
display-name = 表示名
display-name-hint = { $most }文字まで。なければユーザー名が表示されます。
bio = 自己紹介
bio-hint = { $most }文字まで。リンク、@名前、#タグはリンクになります。
password-change-title = パスワードの変更
password-present = 現在のパスワード
password-new = 新しいパスワード
password-others = ほかの場所でのログインはすべて終了します。
password-change = パスワードを変更
password-changed = { $n ->
    [0] パスワードを変更しました。ほかのセッションはありませんでした。
   *[other] パスワードを変更しました。ほかの{ $n }件のセッションを終了しました。
}
sessions-title = ログイン中の場所
sessions-unknown = 心当たりのないものがあれば終了し、
sessions-unknown-link = パスワードを変更
sessions-unknown-end = してください。
session-this = この端末
session-used = 最後の使用
session-begun = ログイン
session-from = { $address }からログイン
session-end = 終了
session-end-of = （{ $device }のセッション）
sessions-end-others = ほかをすべて終了
device = { $name }
device-on = { $system }の{ $browser }
device-unknown = 不明な端末
colours = 配色
colours-system = システムに合わせる
colours-light = ライト
colours-dark = ダーク
colours-contrast = ハイコントラスト（明暗はシステムに合わせる）
language = 言語
language-browser = ブラウザーに合わせる
kept-on-device = この端末に保存されます。
data-what = ここにあるあなたのデータのすべてです。保存したり、ほかへ移したりできます。これを使ってあなたとしてログインすることはできません。
data-everything = すべて
data-everything-what = プロフィール、セッション、ツイート、フォロー中の人、フォロワー（JSON）。
data-tweets = ツイート
data-tweets-what = 表計算ソフト用の表（CSV）。
data-following = フォロー中
data-following-what = フォローしている人の同様の表。
data-followers = フォロワー
data-followers-what = フォロワーの同様の表。

## Keys, offline

keys-move = 次へ、前へ
keys-new = 新しいツイート
keys-follow = フォロー、フォローをやめる
keys-search = 検索
keys-home = ホームへ
keys-profile = 自分のプロフィール
keys-settings = 設定
keys-fresh = 新しいツイートを表示
keys-list = この一覧
close = 閉じる
offline-title = オフライン
offline-heading = オフラインです
offline-what = { $site }に接続できませんでした。
offline-advice = 接続を確認してから、このページを再読み込みしてください。書きかけの内容はこのブラウザーに残っています。

## Errors: what happened, and what to do

looking-for = 人を探していますか？
error-400 = このリクエストは処理できません
error-400-advice = 戻って、別の方法でお試しください。
error-401 = ログインしてください
error-401-advice = ログインしてから戻って、もう一度お試しください。入力した内容は残っています。
error-403 = 許可されていません
error-403-advice = 戻るか、トップページからやり直してください。
error-404 = 見つかりません
error-405 = このアドレスでは受け付けていません
error-405-advice = フォーム用のアドレスです。フォームのあるページに戻り、そこから送信してください。
error-408 = 時間がかかりすぎました
error-408-advice = 接続が遅いようです。前のページに戻って、もう一度送信してください。入力した内容は残っています。
error-413 = 大きすぎます
error-413-advice = 戻って短くし、もう一度送信してください。入力した内容は残っています。
error-429 = 回数が多すぎます
error-429-advice = 少し待ってから、もう一度お試しください。
error-503 = 一時的に利用できません
error-503-advice = 少し待ってからこのページを再読み込みするか、戻ってフォームをもう一度送信してください。
error-500 = 問題が起きました
error-500-advice = こちらの不具合です。記録されました。もう一度試すか、戻ってください。
part = { $what ->
    [database] データベース
    [event-log] イベントログ
    [kafka] Kafka
    [timeline-cache] タイムラインの保管場所
   *[any] 必要なもの
}
unavailable = { part }に現在接続できません。何も失われていません。しばらくしてからもう一度お試しください。
partial = 現在、すべては処理できませんでした。何も失われていません。しばらくしてからもう一度お試しください。
busy = 現在たいへん混み合っています。何も失われていません。しばらくしてからもう一度お試しください。
internal = サーバー側で問題が起きました。もう一度お試しください。
method-not-allowed = ここでは{ $method }リクエストを受け付けていません。
too-large = リクエストが大きすぎます。{ $most }バイトまでです。
too-slow = リクエストが{ $within }秒以内に届きませんでした。もう一度お試しください。
content-type-not-taken = この形式は受け付けていません。{ $taken }で送信してください。
encoding-not-taken = この圧縮形式は受け付けていません。そのまま、または{ $taken }で送信してください。
not-read = リクエストを読み取れませんでした: { $problem }
forged = このリクエストは別のサイトから来たか、送信元が不明なため、実行されませんでした。このサイトからもう一度お試しください。プログラムはCookieの代わりに`Authorization: Bearer`を送ってください。
nothing-at = { $path }には何もありません。アドレスの間違いか、削除された可能性があります。
no-such-file = ファイル{ $path }はありません。
body-cut = 本文が最後まで届きませんでした: { $problem }
body-not-unpacked = 本文を展開できませんでした: { $problem }
fields-unfit = 送信された項目が合いません: { $problem }
json-unfit = 送信されたJSONが合いません: { $problem }
not-utf8 = 送信された文字列は正しいUTF-8ではありません。
has-nul = 送信された文字列にNUL文字が含まれています。取り除いてください。
bad-max-id = max_idはページの始まりを示す番号で、1から{ $most }までの数です。「{ $has }」は使えません。
bad-limit = limitは1ページの件数で、1から{ $most }までの数です。「{ $has }」は使えません。
bad-page = pageはページ番号で、1から{ $most }までの数です。「{ $has }」は使えません。
no-such-tweet = このツイートはありません。削除された可能性があります。
no-such-tweet-number = そのようなツイートはありません。アドレスの番号が正しくありません。
no-such-account = そのようなアカウントはありません。削除された可能性があります。
no-such-account-number = そのようなアカウントはありません。アドレスの番号が正しくありません。
no-such-session = そのようなセッションはありません。すでに終了した可能性があります。
no-such-session-number = そのようなセッションはありません。アドレスの番号が正しくありません。
no-such-passkey = そのようなパスキーはありません。すでに削除された可能性があります。
no-such-invitation = そのような招待はありません。すでに使われたか、取り消された可能性があります。
no-such-colours = その配色はありません。戻って一覧から選んでください。
no-such-language = その言語には対応していません。戻って一覧から選んでください。
no-such-download = そのファイルはありません。戻って一覧から選んでください。
nobody-of-name = この名前の人はいません。
nobody-called = @{ $name } という人はいません。
tag-unfit = タグには文字、数字、_ を使い、文字を少なくとも1つ含めます。
not-the-author = ツイートを削除できるのは書いた本人だけです。
not-the-author-delivery = 配信の状況を見られるのは書いた本人だけです。
follow-self = 自分をフォローすることはできません。
unfollow-self = 自分のフォローをやめることはできません。
session-over = ログインが終了しています。もう一度ログインしてください。
token-expired = このトークンは期限切れです。ログインして新しいものを取得してください。
wrong-credentials = ユーザー名またはパスワードが違います。
guessed-too-often = このアカウントで間違ったパスワードが続きました。{ $minutes }分後にもう一度試すか、以前ログインした端末をお使いください。

## What is wrong with what was typed

username-missing = ユーザー名を決めてください。
username-letters = ユーザー名に使えるのは英字a～z、数字、_ だけです。
username-long = ユーザー名は{ $most }文字までです。
username-reserved = このユーザー名は予約されています。別の名前にしてください。
username-taken = このユーザー名はすでに使われています。別の名前にしてください。
username-empty = ユーザー名またはメールアドレスを入力してください。
email-missing = メールアドレスを入力してください。
email-unfit = メールアドレスではありません。name@example.org のような形です。
password-missing = パスワードを決めてください。
password-empty = パスワードを入力してください。
password-short = パスワードは{ $least }文字以上です。これは{ $has }文字です。
password-long = パスワードは{ $most }文字までです。これは{ $has }文字です。
password-guessed = このパスワードは簡単に推測されます。もっと長くしてください。{ $long }文字以上なら必ず使えます（例: 互いに関係のない4つの単語）。
password-not-present = 現在のパスワードではありません。
tweet-empty = ツイートには文字が必要です。
too-long = { $what ->
    [tweet] ツイート
    [bio] 自己紹介
    [reason] 理由
   *[name] 表示名
}は{ $most }文字までです。これは{ $has }文字です。
too-many-marks = { $what ->
    [tweet] ツイート
    [bio] 自己紹介
    [reason] 理由
   *[name] 表示名
}に記号が重なりすぎています。いくつか取り除いてください。
idempotency-key-unfit = 冪等キーは{ $most }文字までで、制御文字は使えません。

## Email

back = 戻る
change = 変更
confirm-first = 先にメールアドレスを確認してください。リンクを送信済みです。設定のアカウントから再送できます。
email-confirmed = 確認済み
email-not-confirmed = 未確認
email-send-again = リンクを再送
email-confirm-sent = リンクを送信しました。3日間有効です。
email-change-title = メールアドレスの変更
email-new = 新しいメールアドレス
email-change-hint = そのアドレスにリンクを送ります。開くと変更が有効になります。
email-change = リンクを送る
email-change-sent = { $to } にリンクを送信しました。開くまでは以前のアドレスが有効です。
email-confirm-title = メールアドレスの確認
email-confirm-what = このアドレスをアカウントのアドレスにしますか？
email-confirm = 確認する
email-confirm-done = メールアドレスを確認しました。
email-of-another = このアドレスは別のアカウントで確認されたため、使用できません。
forgotten = パスワードを忘れましたか？
forgotten-title = パスワードを忘れた場合
forgotten-what = アカウントのメールアドレスを入力すると、新しいパスワードを決めるためのリンクが届きます。
forgotten-send = リンクを送る
forgotten-sent = { $to } のアカウントがあれば、リンクを送信しました。1時間有効です。
forgotten-not-there = 数分たっても届かないときは、迷惑メールを確認するか、こちらへ:
new-password-title = 新しいパスワードを決める
new-password-whose = @{ $name } のパスワードです。
new-password-done = パスワードを変更し、すべてのセッションを終了しました。新しいパスワードでログインしてください。
link-unusable = このリンクは使えません。使用済みか、期限切れか、一部が欠けています。もう一度送ってもらってください。
too-often = ここからの回数が多すぎます。{ $minutes }分後にもう一度お試しください。
mail-hello = @{ $name } さん
mail-confirm = { $site }のメールアドレスの確認
mail-confirm-text = このアドレスがあなたのものであることを確認するには、次のリンクを開いてください。1回だけ、3日間有効です。
mail-confirm-not = 心当たりがなければ何もしないでください。だれかがアドレスを打ち間違えた可能性があります。
mail-address-taken = { $site }であなたのメールアドレスが入力されました
mail-address-taken-text = このアカウントにこのアドレスが入力されましたが、すでに @{ $name } のものなので使われませんでした。ご本人であれば @{ $name } でログインするか、新しいパスワードを決めるリンクを送ってください。そうでなければ何もしないでください。
mail-reset = { $site }の新しいパスワード
mail-reset-text = パスワードを忘れたとしてこのアドレスが入力されました。新しいパスワードを決めるには、アカウントのリンクを開いてください。1回だけ、1時間有効です。
mail-reset-whose = @{ $name }:
mail-reset-not = 心当たりがなければ何もしないでください。このメールでは何も変わりません。
mail-address-to-change = { $site }のメールアドレスの変更が求められました
mail-address-to-change-text = あなたのパスワードを知っている人が、アカウントのアドレスを { $to } に変更しようとしています。そこに送られたリンクが開かれると変更されます。心当たりがなければ、すぐにパスワードを変更してください。
mail-address-changed = { $site }のメールアドレスが変更されました
mail-address-changed-text = アカウントのアドレスは { $to } になり、このアドレスは外れました。心当たりがなければ、サーバーの運営者に連絡してください。
mail-password-changed = { $site }のパスワードが変更されました
mail-password-changed-text = アカウントのパスワードが変更され、ほかのセッションはすべて終了しました。心当たりがなければ、ログインの「パスワードを忘れた場合」から新しいパスワードを決めてください。
mail-new-device = { $site }のアカウントにログインがありました
mail-new-device-text = これまで使われていない端末からログインがありました: { $device }、{ $address }、{ $at }。ご本人であれば問題ありません。そうでなければ、すぐにパスワードを変更してください。そのセッションは終了します。

## Second factor

second-factor = 二要素認証
second-factor-what = 設定すると、盗まれたパスワードだけではだれもログインできません。
second-factor-on = 有効です。パスワードだけではだれもログインできません。
second-factor-proof = このページの変更にはパスワードが必要です。
remove = 削除
app = 認証アプリ
app-what = スマートフォンのアプリが30秒ごとに6桁のコードを表示します。
app-is-on = 有効です。ログイン時にコードの入力が必要です。
app-add = アプリを設定
app-remove = 無効にする
app-look = アプリでこの画像を読み取ってください。
app-picture = 認証アプリ用の画像。秘密鍵は下にも表示されています。
app-type = または秘密鍵を入力するか、
app-open = この端末でアプリを開いてください。
app-code-hint = アプリに表示されている6桁の数字。
app-turn-on = 有効にする
app-on = アプリを有効にしました。今後はコードの入力が必要です。
app-off = アプリを無効にしました。
app-not-proposed = 有効にするアプリがありません。設定、アカウント、二要素認証からやり直してください。
code = コード
code-title = コードを入力
code-hint = 認証アプリの6桁の数字、またはリカバリーコード。
code-wrong = コードが正しくないか、使用済みです。アプリのコードは30秒ごとに変わります。
second-step-over = 時間がかかりすぎました。もう一度ログインしてください。
recovery-codes = リカバリーコード
recovery-codes-keep = スマートフォンがなくても見られる場所に保管してください。それぞれ1回だけ、アプリやパスキーの代わりに使えます。表示されるのは今だけです。
recovery-codes-left = 残り{ $n }個。それぞれ1回使えます。
recovery-codes-renew = 新しく作る
recovery-codes-new = 新しいリカバリーコードです。以前のものは使えなくなりました。
passkeys = パスキー
passkeys-what = 指紋、顔、または端末のPINで、パスワードなしでログインできます。
passkeys-none = このサーバーには名前がなく数字のアドレスだけなので、パスキーは使えません。
passkeys-too-many = パスキーがすでに20個あります。先にどれかを削除してください。
passkey-add = パスキーを追加
passkey-added = パスキーを追加しました。これでログインできます。
passkey-removed = パスキーを削除しました。
passkey-since = 追加
passkey-used = 最後の使用
passkey-log-in = パスキーでログイン
passkey-failed = 失敗しました。端末が応答しないか、このサーバーのパスキーがありません。もう一度お試しください。
passkey-late = 時間がかかりすぎたか、すでに処理されました。もう一度お試しください。
passkey-refused = 端末の応答が要求と合いません。もう一度お試しください。
passkey-unknown = このパスキーの持ち主はいません。削除された可能性があります。
mail-factor-added = { $site }のアカウントに二要素認証が追加されました
mail-factor-added-text = 認証アプリまたはパスキーがアカウントに追加されました。心当たりがなければ、すぐにパスワードを変更し、設定のアカウントを確認してください。
mail-factor-removed = { $site }のアカウントから二要素認証が削除されました
mail-factor-removed-text = 認証アプリまたはパスキーがアカウントから削除され、ほかのセッションはすべて終了しました。心当たりがなければ、すぐにパスワードを変更し、設定のアカウントを確認してください。

## Deleting an account

delete-account = アカウントの削除
delete-account-go = 削除
delete-account-what = プロフィール、ツイート、フォロー、フォロワーがここから完全に消えます。あなたのユーザー名をほかの人が使うことはありません。
delete-account-when = { $days ->
    [0] すぐに削除されます。
   *[other] { $days }日後に削除されます。それまではすべてそのままで、ログインして取り消せます。
}
delete-account-data = 先にデータをダウンロードする
delete-account-done = アカウントは { $at } に削除されます。
delete-account-keep = ログアウトしました。取り消すには、その日より前にログインしてください。
delete-take-back = アカウントを残す
delete-taken-back = アカウントは残ります。
mail-account-to-delete = { $site }のアカウントは削除される予定です
mail-account-to-delete-text = アカウントは { $at } に削除されます。取り消すには、それより前にログインしてください。心当たりがなければ、ログインしてアカウントを残し、パスワードを変更してください。
mail-account-deleted = { $site }のアカウントは削除されました
mail-account-deleted-text = アカウント @{ $name } と、それに属するすべてを削除しました。ありがとうございました。

## Who lets others in

sign-up-closed = 現在、ここでは登録を受け付けていません。
sign-up-approved = 登録は、確認されてからアカウントになります。
sign-up-invited-only = 登録できるのは招待された人だけです。ここにいる人に招待を頼んでください。
sign-up-reason = 参加したい理由
sign-up-reason-hint = 登録を承認する人だけが読みます。
sign-up-waiting = @{ $name } としての登録は確認後、メールでお知らせします。
sign-up-waits = 登録はまだ確認されていません。確認後、メールでお知らせします。
reason-missing = 参加したい理由を短く書いてください。
username-confusable = このユーザー名は、すでに使われている名前とよく似ています。別の名前にしてください。
invitation-unusable = この招待は使えません。使用済みか、期限切れです。もう一度頼んでください。
invitations = 招待
invitations-about = 1つのリンクで1人が、1週間以内に登録できます。
invitations-none = ここでは招待は必要ありません。
invitations-too-many = 未使用の招待が{ $most }件あります。先にどれかを取り消してください。
invitation-made = このリンクが表示されるのは今だけです。招待する人に送ってください:
invitation-make = 招待を作る
invitation-until = 有効期限
invitation-withdraw = 取り消す
look = 見る
moderators-only = これができるのはこのサーバーの世話をしている人だけです。
sign-ups = 承認待ちの登録
sign-ups-none = 承認待ちの人はいません。
let-in = 承認
refuse = 却下
mail-let-in = { $site }への登録が承認されました
mail-let-in-text = @{ $name } としての登録が承認されました。決めたパスワードでログインしてください。
mail-not-let-in = { $site }への登録について
mail-not-let-in-text = @{ $name } としての登録は承認されませんでした。送信された内容は削除しました。

## What stands in the code

in-english = { $text }
