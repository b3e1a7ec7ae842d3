-- The demo community: 49 people beside `demo`, whom they follow, and what they said in six weeks.
-- scripts/demo signs `demo` up and then runs this, in one transaction. Times count back from now.
\set ON_ERROR_STOP on
\set QUIET on

BEGIN;

-- Whoever joined is counted in days before now. Fame, from 1 to 10, is how much somebody is followed;
-- people of the same circle follow each other more.
CREATE TEMP TABLE demo_people (
    username text, display_name text, bio text, joined numeric, fame int, circles text
) ON COMMIT DROP;
COPY demo_people FROM stdin (DELIMITER '|');
amara_okafor|Amara Okafor|Bridge engineer, Lagos. I look under things.|410|7|city science
yuki_tanaka|田中ゆき|京都の小さなパン屋。朝4時から。I bake bread in Kyoto.|388|6|food
lena_brandt|Lena Brandt|Harbour pilot in Hamburg. Tide tables before breakfast.|375|6|sea city
tomas_novak|Tomáš Novák|Compilers and mushrooms, in that order. Brno.|402|7|code nature
priya_raman|Priya Raman|Astronomer. Mostly clouds, professionally. Chennai.|397|9|sky science
diego_fuentes|Diego Fuentes|Fotógrafo en Valparaíso. Cerros, perros, puertas.|301|5|art city
fatima_zahra|فاطمة الزهراء|خزّافة من فاس. Potter from Fès; the kiln decides.|287|6|art
oskar_lind|Oskar Lind|Cross-country ski coach, Umeå. Waiting for snow since April.|240|3|sport nature
mei_chen|陳美 Mei Chen|Type designer in Taipei. 字裡行間.|366|7|art code
joao_pereira|João Pereira|I drive the number 18 tram in Porto. Mind the doors.|214|8|city
noor_haddad|Noor Haddad|Children's nurse, night shifts, Amman. Stickers for everyone.|199|5|books food
ewan_mackay|Ewan Mackay|Croft, sheep, rain gauge. Isle of Lewis.|333|6|nature sky
chiara_bellini|Chiara Bellini|Food historian. No, that is not how they made it. Bologna.|358|7|food books
kwame_mensah|Kwame Mensah|Highlife on the radio, Saturdays at six. Accra.|276|7|music
sofia_petrova|София Петрова|Chess teacher in Plovdiv. The knight is a mood.|188|3|books
liam_oconnor|Liam O'Connor|Second-hand bookshop by the river in Cork. The cat is staff.|345|7|books
aisha_bello|Aisha Bello|Statistics for clinics, Kano. Ask me about your denominator.|320|6|code science
hana_kim|김하나 Hana Kim|Marine biologist, Busan. Kelp is not a plant.|254|6|sea science
ruben_dewit|Ruben de Wit|Designs bicycle streets in Utrecht. Yes, even there.|312|6|city sport
nadia_rahman|Nadia Rahman|Reporter on rivers and the people beside them. Dhaka.|290|8|sea books
marcus_hale|Marcus Hale|Community garden on Detroit's east side. Compost is a verb.|265|5|nature food
ines_carvalho|Inês Carvalho|Illustrator, Lisbon. Currently drawing too many pigeons.|251|6|art
arjun_mehta|Arjun Mehta|Cricket numbers and filter coffee. Pune.|233|4|sport code
zanele_dube|Zanele Dube|Physics teacher, surfer, in Durban. The same thing, really.|228|6|sport science sea
pavel_horak|Pavel Horák|Timetables. If the connection is four minutes I will make it.|309|4|city
maya_goldstein|מאיה גולדשטיין|ארכאולוגית מחיפה. I brush sand off small things.|218|5|science books
elif_yilmaz|Elif Yılmaz|Olive trees near İzmir, some older than the road.|207|5|food nature
sam_whitlock|Sam Whitlock|Builds synthesizers in a shed in Bristol. The hum is a feature.|294|5|music code
camille_roux|Camille Roux|Pâtissière à Lyon. Le beurre n'attend pas.|260|6|food
takoda_reyes|Takoda Reyes|Park ranger, New Mexico. Night shift by choice.|245|6|sky nature
ingrid_solberg|Ingrid Solberg|Forecaster in Tromsø. No, I cannot promise aurora.|318|7|sky science
bilal_ahmed|Bilal Ahmed|Truck art and nastaliq. Lahore.|196|5|art
grace_wanjiru|Grace Wanjiru|Runs before sunrise. Nairobi. 2:41 and not finished.|281|7|sport
olga_ivanenko|Ольга Іваненко|Перекладачка зі Львова. Translator: I collect words that will not move.|272|6|books
peter_nagy|Nagy Péter|Maths teacher, Budapest. Proofs by chalk.|256|5|science
lucia_moretti|Lucia Moretti|Charts the sea floor off Trieste. The bora and I are on speaking terms.|223|4|sea science
ben_tran|Ben Tran|Melbourne. Cooking my way through my grandmother's notebook.|236|6|food
wren_adeyemi|Wren Adeyemi|Poems from the top deck of the 176. London.|350|8|books city
hugo_lambert|Hugo Lambert|Open data for a city with nineteen mayors. Brussels.|247|4|code city
mira_kovac|Mira Kovač|Curator in Zagreb. Behind the Museum of Small Things.|299|6|art books
leo_santos|Leo Santos|Alfaia, pandeiro, agogô. Recife.|178|4|music
anya_sharma|Anya Sharma|Mountain rescue, Shimla. Tell somebody where you are going.|230|6|nature sport
daniel_osei|Daniel Osei|Makes websites work without a mouse. Kumasi.|268|6|code
freya_jensen|Freya Jensen|Forty hives outside Aarhus. Stung less than you think.|242|5|nature food
kofi_library|Kofi at the Library|The enquiry desk. There is no silly question, but there is a favourite.|284|7|books
rosa_jimenez|Rosa Jiménez|Tejedora. Lana, cochinilla, paciencia. Teotitlán del Valle.|210|5|art
hilltop_weather|Hilltop Weather|Automatic station, 412 m above the sea. Written by a thermometer, mostly.|365|6|sky
old_maps|Old Maps Daily|A map a day, or nearly. Here be errors.|380|9|books city art
tiny_museum|Museum of Small Things|214 objects, each smaller than a matchbox. Open Thursday to Sunday.|340|8|art
\.

CREATE TEMP TABLE demo_tweets (username text, days_ago numeric, text text) ON COMMIT DROP;
COPY demo_tweets FROM stdin (DELIMITER '|');
amara_okafor|41.3|Inspection day. The bridge is forty years old and the expansion joint still sings in the key of G when a lorry crosses.
amara_okafor|38.7|People ask what a bridge engineer does all day. I listen to concrete.
amara_okafor|35.2|Bearing number six replaced. Nobody on the road above noticed, which is the whole point of my profession. #bridges
amara_okafor|31.4|"It has always made that noise" is the sentence that gets me out of bed at night.
amara_okafor|28.6|@peter_nagy a question for your class: why is a hanging chain upside down such a good arch? I will send a photograph of one.
amara_okafor|24.5|Load test at dawn: six gravel trucks, one very patient policeman, 11 millimetres. Predicted: 12. I will take it.
amara_okafor|20.3|The fishermen under the third span know more about scour than our sensors do. I wrote down everything they said.
amara_okafor|16.4|New photos of the pier inspection, taken by me from a very small boat: https://example.org/third-span
amara_okafor|12.8|Rust is just iron going home.
amara_okafor|9.1|My niece has built a bridge of dry spaghetti. It holds 3.2 kg. She asks for a site inspection. I have put on the helmet.
amara_okafor|5.6|Report submitted. 84 pages. The summary: it is fine, and here is how we keep it fine.
amara_okafor|2.2|@ruben_dewit we got the bicycle lane on the new span! Two metres twenty, separated. I fought for the twenty.
amara_okafor|0.4|First rain after the dry weeks. Drains clear, joints dry, engineer happy.
yuki_tanaka|40.8|おはようございます。今日は栗のパンが焼けました。
yuki_tanaka|37.6|The starter is twelve years old today. It got extra flour. I got extra coffee.
yuki_tanaka|34.4|雨の日はパンがよく膨らむ気がする。気のせいかもしれないけれど。
yuki_tanaka|30.1|@camille_roux thirty-six layers this morning. The butter behaved. Thank you for the advice about the cold marble!
yuki_tanaka|25.9|A customer comes each Thursday for one milk bread and a conversation about the weather. I would not open on Thursdays otherwise.
yuki_tanaka|21.7|朝四時のまちは静かで、オーブンの音だけがする。
yuki_tanaka|17.2|Melonpan, sold out at 7:40. My apologies to the school next door.
yuki_tanaka|13.3|新しい食パンの配合、七回目でやっと納得。 #パン
yuki_tanaka|8.8|Question from a child today: "Does bread know it is bread?" I have thought of little else.
yuki_tanaka|4.7|柚子の季節。あんパンに少しだけ皮を入れました。
yuki_tanaka|1.1|Closed tomorrow, because the oven wants a new door and I want to see the maples.
lena_brandt|41.6|Boarded a 399-metre ship from a ladder at two in the morning. It is like climbing a building that breathes.
lena_brandt|37.1|Fog on the Elbe. Everything is horn and patience.
lena_brandt|33.5|Low water at 05:12. The captain offers me the best coffee of the week; it has come all the way from Santos with the cargo.
lena_brandt|29.4|Elbe heute spiegelglatt. Das glaubt mir wieder keiner.
lena_brandt|24.8|@lucia_moretti your new chart of the approach arrived. Somebody ought to frame the legend.
lena_brandt|19.6|There are nine words for grey on this river, and I used all of them before breakfast.
lena_brandt|14.9|A seal followed us up to the container terminal, turned round at the crane, and looked disappointed.
lena_brandt|10.2|To the yacht that overtook us on the inside this morning: we could not see you. We really could not see you.
lena_brandt|5.3|Storm flood warning for tonight. Fish market closed, sandbags out, neighbours in the stairwell with soup. #Hamburg
lena_brandt|4.8|All dry. 2.9 metres above normal and not a cellar lost in our street.
lena_brandt|0.8|Sunrise from the wing of the bridge. No photo does it, but here is one: https://example.org/elbe-morning
tomas_novak|41.1|Spent the day on a bug that was a missing minus sign. The minus sign was mine.
tomas_novak|39.3|Chanterelles: 1.4 kg. Failing tests: 3. A good Sunday.
tomas_novak|36.9|A register allocator is a seating plan for a wedding at which everybody wants the window.
tomas_novak|34.2|Unpopular: the error message is the user interface of a compiler.
tomas_novak|32.3|@daniel_osei you were right about the colours in our error messages. We now say it in words as well. Merged.
tomas_novak|29.9|Wrote a parser by hand. 300 lines, no generator, and I can still read it after lunch.
tomas_novak|27.5|It is not a mushroom season, it is a mushroom negotiation.
tomas_novak|25.3|Profiled before optimising. The slow part was the logging of how fast it was. #performance
tomas_novak|22.6|Someone has reported that our compiler takes four seconds on their file. Their file is 1.1 million lines of one constant. I respect this.
tomas_novak|19.8|Notes from my talk on small, fast, boring compilers: https://example.org/boring-compilers
tomas_novak|17.4|Thank you for the questions. To the person who asked "why?": I am still thinking.
tomas_novak|14.1|@sam_whitlock your oscillator firmware compiles with the new back end, 8 % smaller. Does it still hum?
tomas_novak|11.7|Deleted 2,000 lines. Everything passes. I am a little offended.
tomas_novak|8.3|Frost. The season is over; the dried ones are in jars, labelled like test cases.
tomas_novak|4.4|Reading other people's assembly by the stove. This is what my grandparents imagined, I am sure.
tomas_novak|1.6|Released. If nobody writes to me today, it went well.
tomas_novak|0.3|Somebody wrote. It was a thank-you.
priya_raman|41.7|Clear sky at last. Twelve minutes of it. We got the spectrum.
priya_raman|39.6|A galaxy we looked at last night sent its light off before there were flowers. It took no shortcuts.
priya_raman|36.2|Public night at the observatory: 140 people, one telescope, one grandfather who wept at Saturn. This is why.
priya_raman|33.1|Reminder that "the dark" is doing a lot of work for free, and that we keep lighting it. #darksky
priya_raman|30.7|@takoda_reyes how many magnitudes do you get in your valley? I would like to be jealous with a number.
priya_raman|29.1|@takoda_reyes 21.8?! I will need a moment.
priya_raman|26.4|Referee 2 would like "a brief discussion of the rest of the universe".
priya_raman|23.2|The monsoon clouds have been reduced, calibrated and thrown away. Four nights, no stars.
priya_raman|20.6|Somebody asked whether astronomers ever look up without instruments. Every single night, walking to the car.
priya_raman|17.7|Accepted! Our paper on dusty young galaxies, in words for everybody: https://example.org/dusty-galaxies
priya_raman|15.2|Tonight: Jupiter and the Moon, side by side, low in the east after nine. No equipment needed. Take somebody along.
priya_raman|13.9|Your photos of Jupiter and the Moon are wonderful, the blurred ones most of all.
priya_raman|10.4|Space is not silent if you ask a radio telescope. It mumbles.
priya_raman|7.5|@zanele_dube yes, use the video with your class! Tell them the mistake at minute three is on purpose. (It is not.)
priya_raman|3.9|Aluminising day: the mirror comes out, gets washed like a dish, and goes back worth more than the building.
priya_raman|0.9|First light on the clean mirror. Half a magnitude! I could hug a technician, and did.
diego_fuentes|40.4|Perro dormido en la escala 19. No se movió ni para la foto ni para el camión del gas.
diego_fuentes|35.8|Subí cuatro cerros buscando una puerta azul. Era verde.
diego_fuentes|31.9|The light here at seven in the evening is so good that even the bins look composed.
diego_fuentes|26.8|Ascensor cerrado por mantención. Mis rodillas mandan saludos. #Valparaíso
diego_fuentes|21.2|Series of forty front doors, no two by the same hand: https://example.org/cuarenta-puertas
diego_fuentes|16.9|@ines_carvalho mira, palomas. Mías, pero pensé en ti.
diego_fuentes|11.3|Señora del almacén: "¿Otra vez usted con la cámara?" Sí. Otra vez yo.
diego_fuentes|6.1|Neblina. Todo el puerto en blanco y negro, sin que yo haga nada.
diego_fuentes|1.4|Exposición el sábado en la plaza, colgada de las cuerdas de la ropa, como corresponde.
fatima_zahra|40.1|فتحت الفرن هذا الصباح: ثلاث قطع انكسرت، وواحدة أجمل مما تخيلت.
fatima_zahra|36.6|Cobalt behaves. Copper has opinions.
fatima_zahra|32.8|الطين لا يستعجل أحداً، ولا يحب من يستعجله.
fatima_zahra|28.2|@rosa_jimenez the blue you asked about is cobalt with a little ash. I will send you a test tile if you send me your red!
fatima_zahra|23.7|Forty bowls thrown, thirty-one kept. My teacher kept one in three, so I call this progress.
fatima_zahra|19.1|اليوم علّمت طفلة كيف تُمسك العجلة. ضحكت أكثر مما صنعت. #خزف
fatima_zahra|15.8|The parcel with the red has come from Oaxaca. I have put it on the windowsill and cannot work.
fatima_zahra|10.9|المطر على سطح الورشة، والشاي بالنعناع، ولا أحد يطلب شيئاً.
fatima_zahra|6.4|A glaze test of forty tiles, numbered and laid out like a small grey sea: https://example.org/forty-tiles
fatima_zahra|2.6|رقم ٢٧ هو الأجمل. طبعاً هو الذي نسيت أن أكتب وصفته.
fatima_zahra|0.5|Found the recipe of number 27. It was on my sleeve.
oskar_lind|38.3|Roller skis on wet leaves. Two falls, no witnesses apart from the whole junior team.
oskar_lind|31.1|Frost on the car. I waxed something at once.
oskar_lind|24.1|Första snön! Den låg i elva minuter.
oskar_lind|15.6|@grace_wanjiru serious question: how do you train in heat? We lie down at 22 degrees.
oskar_lind|7.7|Eight centimetres at the stadium. Lights on, tracks set, nobody in bed.
oskar_lind|2.9|A girl of nine passed me uphill today, singing. I have coached her too well.
mei_chen|41.4|Drew the letter g for the ninth day. It is now almost a g.
mei_chen|36.1|字距是看不見的房間。
mei_chen|31.6|The sign of the noodle shop opposite was painted by hand in 1974. I eat there for the strokes.
mei_chen|27.9|@ines_carvalho your poster arrived and the whole studio went quiet. What did you letter it with?
mei_chen|22.9|永 contains eight strokes, and I have had trouble with seven of them this week.
mei_chen|18.4|A good typeface is like a good waiter. You remember the meal.
mei_chen|13.6|Kerning pairs left to check: 4,812. Tea: infinite. #typedesign
mei_chen|9.4|@bilal_ahmed could we talk about how nastaliq leans? Latin has nothing like it and I am in love.
mei_chen|4.1|Released the text weight, free for schools: https://example.org/river-serif
mei_chen|1.3|一個孩子用我的字體寫了一首詩。我可以退休了。
joao_pereira|41.5|First tram of the day, 6:02. Four bakers, one cat, all with a ticket except the cat.
joao_pereira|38.1|The bell is for pedestrians. The sigh is for parked vans.
joao_pereira|35.5|Wet leaves on the hill at Massarelos. We descend like honey, on purpose.
joao_pereira|32.1|A tourist asked whether the tram is "real". I rang the bell. He apologised to it.
joao_pereira|28.8|Senhora Albertina, 91, has taken the 18 each Tuesday since 1951. Today she let me know that I brake better than my father.
joao_pereira|25.1|@pavel_horak we left at 14:07 because it said 14:07. Thank you for noticing. Nobody ever does.
joao_pereira|21.5|Brass polished. It will rain on it by noon and I will have had a morning.
joao_pereira|18.3|Parked van of the week: hazard lights on, driver at lunch, forty people singing at him. He came out and bowed.
joao_pereira|14.6|Driving by the river at sunset, I announce the stops more quietly.
joao_pereira|11.1|Somebody left a bunch of carnations on the second seat with a note: "for whoever is tired".
joao_pereira|7.8|They stayed on board all day. Each took one. In the evening there was one left, and I was tired.
joao_pereira|3.4|Training a new colleague. She found the sand lever before I had explained the sand lever. #elétrico18
joao_pereira|0.7|Last run tonight under a full moon, the river lit like a shop window. No passengers from the museum on. I still stopped at each stop.
noor_haddad|39.8|Night shift score: four stickers given, three received.
noor_haddad|33.8|A five-year-old asked whether I live in the hospital. Honestly, I had to think.
noor_haddad|27.1|النجوم من سطح المستشفى الساعة الرابعة فجراً. خمس دقائق لي وحدي.
noor_haddad|20.9|Any ideas for stories that work in three minutes, with a thermometer in the mouth? Asking for a ward. @kofi_library
noor_haddad|19.4|@kofi_library the one with the goat was a complete success. We have now heard it eleven times.
noor_haddad|12.2|To the father who fell asleep upright, holding a small hand and a dinosaur: we turned the light down for you.
noor_haddad|6.6|Discharged today: one boy, one dinosaur, both cured.
noor_haddad|1.9|First free weekend in a month. Plan: bread, a book, no shoes.
ewan_mackay|41.8|Gauge: 31 mm since yesterday. The sheep have made a committee.
ewan_mackay|38.4|Wind southwest, gale, and the washing is in the next parish.
ewan_mackay|34.9|Found my hat. It was on a ewe. I did not ask.
ewan_mackay|30.5|Lovely dry spell this afternoon, from twenty past two until about quarter to three.
ewan_mackay|26.1|@hilltop_weather 412 metres and you call that wind?
ewan_mackay|22.2|Lambs sold, ram bought, dog unimpressed. #croft
ewan_mackay|18.1|Aurora last night, green over the peat stack. The dog barked at it until it left.
ewan_mackay|13.1|Someone moved here from the city and asked me when the weather stops. I gave them a cup of tea and a chair.
ewan_mackay|8.6|Peat fire, radio, hailstones on the roof like applause.
ewan_mackay|5.1|Power back after nineteen hours. The freezer held. So did the whisky.
ewan_mackay|1.7|A still day. It's unnerving.
chiara_bellini|40.9|No, Marco Polo did not bring pasta to Italy. Yes, I am fun at dinner.
chiara_bellini|37.3|Found a recipe of 1549 that ends: "and if it fails, say that it is German."
chiara_bellini|33.3|Tomatoes took two hundred years to get from the botanical garden into the sauce. Be patient with yourselves.
chiara_bellini|29.6|@ben_tran does your grandmother's notebook have measures, or only verbs? Mine has "until it looks right" nine times on one page.
chiara_bellini|26.3|@ben_tran "a handful of a small person". Perfect. That is a unit now.
chiara_bellini|22.1|In 1891 the word for "lunch" in this city depended on who paid for it.
chiara_bellini|18.6|Spent the day in an archive with gloves and a head cold. Sneezed near a cardinal.
chiara_bellini|14.4|The 16th-century way of telling whether the oven is hot: hold your arm inside and say an Ave Maria. Reach the end: too cold. #foodhistory
chiara_bellini|9.8|My article about broth, and about who was allowed to drink it, is out: https://example.org/brodo
chiara_bellini|5.9|Una lettrice mi scrive che sua nonna faceva i tortellini con otto pieghe. Otto! Devo partire.
chiara_bellini|2.1|Eight folds. I have seen it. I have filmed it. I have eaten the evidence.
kwame_mensah|41.2|Saturday at six: two hours of guitar-band highlife, and the story of a bass line that crossed the ocean three times.
kwame_mensah|36.3|A listener phoned in to say that the record I just played was her wedding. Not "from her wedding". "Was."
kwame_mensah|34.1|This Saturday the 1958 tapes, cleaned up as well as love allows. #highlife
kwame_mensah|27.3|@leo_santos that pattern you sent: my uncle plays it on a bottle. Same pattern! Let's do a programme about it.
kwame_mensah|22.4|A horn section is four people who have agreed to breathe.
kwame_mensah|17.9|Power cut in the middle of the show. We sang until it came back.
kwame_mensah|13.2|Accra and Recife on one programme tonight: @leo_santos live from his kitchen, me from mine. Six o'clock.
kwame_mensah|12.7|To hear it again, with the dog of Leo's neighbour on percussion: https://example.org/two-kitchens
kwame_mensah|7.2|Found at the market: a 45 without a label. Played it. Nobody in the studio knows it. Do you? I'll play it on Saturday.
kwame_mensah|4.2|My phone has not stopped. It is the Cape Coast Ramblers, side B, and the singer's granddaughter has been in touch. She has never heard her voice.
kwame_mensah|0.6|She came to the studio. I have nothing clever to say about it. Tonight at six, just listen.
sofia_petrova|37.9|Today a boy of seven sacrificed his queen, looked at me, and said: "Wait."
sofia_petrova|30.3|Шахът учи, че бързането също е ход. Обикновено лош.
sofia_petrova|22.7|It was mate in four. He had seen it. I had not.
sofia_petrova|14.2|Chess club in the old bath house tonight, steam included. All levels, and also grandmothers.
sofia_petrova|9.3|The grandmothers won. #chess
sofia_petrova|3.2|@peter_nagy eight queens on a board, none attacking another: my class found thirteen ways. They are out for blood.
liam_oconnor|41.0|Sold a book about minimalism to a man who already had three on him.
liam_oconnor|37.8|The cat is asleep on Philosophy. Philosophy is closed.
liam_oconnor|34.6|A woman came in to escape the rain and left two hours later with a life of Catherine the Great and a different opinion.
liam_oconnor|30.9|Found in a copy of Persuasion: a bus ticket from 1963 and the words "not him".
liam_oconnor|27.7|@wren_adeyemi two copies left of yours and I've hidden one of them for a nun.
liam_oconnor|24.3|Stocktaking. There are, it appears, 11,406 books, and the one you asked for.
liam_oconnor|20.1|Customer: "Do you have anything short?" I pointed at the door frame. He laughed and bought Chekhov. #bookshop
liam_oconnor|16.1|River up to the second step. Ground floor carried upstairs by nineteen neighbours in forty minutes. I will never be able to thank this street.
liam_oconnor|15.3|It stopped at the third step. Everything that is wet is me.
liam_oconnor|11.4|Reopened. Philosophy's on the stairs now, and selling better.
liam_oconnor|6.9|The nun came. She had read it already and wanted it for somebody "who needs it more than they know".
liam_oconnor|2.3|Shelved eleven boxes alone, helped throughout by the cat, who sat in the twelfth.
aisha_bello|40.6|Your average patient does not exist, and she is tired of being planned for.
aisha_bello|36.7|Before you show me the percentage, show me the number underneath it. #statistics
aisha_bello|31.3|The clinic's new form has nine fields fewer. Waiting time: minus six minutes a person. That is the whole trick.
aisha_bello|26.6|Cleaned a data set in which "yes" was spelt seven ways and one of them was a drawing.
aisha_bello|21.1|@hugo_lambert thank you for publishing the raw counts and not only the map. You have no idea how rare that is.
aisha_bello|16.7|A p-value walked into a bar. In 5 % of bars.
aisha_bello|12.3|Vaccination week: 4,118 children. Denominator: 4,240. I have the list of the 122 and so do the nurses.
aisha_bello|10.7|122 → 61.
aisha_bello|8.1|61 → 9. The nine are with their grandmother in Jos, who has been telephoned.
aisha_bello|3.6|Taught regression with groundnuts and string. They got it faster than I did at university, and then ate the residuals.
aisha_bello|0.2|The nine are done. 4,240 of 4,240. I am going to look at that number for a while.
hana_kim|39.1|Low tide at noon: 43 species in one square metre. I lay on my stomach and counted; somebody had to.
hana_kim|34.7|오늘 만난 문어는 나를 30분 동안 관찰했다. 나도 그랬다.
hana_kim|29.7|Kelp grows half a metre a day when it is happy. So would I.
hana_kim|24.9|@lena_brandt the seals of Hamburg are getting quite a reputation in our lab, do go on.
hana_kim|18.8|Sea temperature 1.2 degrees above the mean. The urchins have noticed. #kelp
hana_kim|13.4|Explained bioluminescence to a room full of seven-year-olds in the dark, with the real thing. There was a gasp I want as a ring tone.
hana_kim|7.1|바다는 매일 다른 색을 낸다. 오늘은 은색.
hana_kim|2.4|The transplanted kelp has made it through its first storm. 61 of 80 plants. (Not plants.) Photos: https://example.org/kelp-80
ruben_dewit|40.3|A street is for whoever is slowest on it. Design for them and it works for the rest.
ruben_dewit|35.1|Counted bicycles on the bridge for an hour. 2,204. And one piano, on a bicycle.
ruben_dewit|29.3|@amara_okafor fight for every ten centimetres! Nobody ever said afterwards that the lane was too wide.
ruben_dewit|23.4|The kerb was four centimetres too high. Today it is not, and a man in a wheelchair crossed without looking at it.
ruben_dewit|18.2|If the children ride to school alone, it is finished. If not, it is a drawing. #cycling
ruben_dewit|12.6|Wind against, both ways. Science has no answer to that.
ruben_dewit|7.4|Presented the plan for the ring to 200 residents. The best remark came from a postwoman; it is in the plan.
ruben_dewit|1.8|@amara_okafor 2.20! I've bought a round for the whole office in your name.
nadia_rahman|41.9|The ferry to Bhola leaves at eight, or when it is full, or when the captain's tea is finished. I have learnt to watch the tea.
nadia_rahman|39.4|A river moved 200 metres last year. The map did not. The people did.
nadia_rahman|36.4|"The river takes on one side and gives on the other," says the farmer. "We just never live on the other."
nadia_rahman|33.6|নদীর পাড়ে সন্ধ্যা। নৌকাগুলো ঘরে ফিরছে।
nadia_rahman|30.8|My long piece about the schools that float, each with solar lamps, a library and a goat: https://example.org/floating-schools
nadia_rahman|28.4|So many questions about the goat. The goat is called Minister.
nadia_rahman|25.7|@old_maps do you have anything on the Brahmaputra before the earthquake of 1762? I would like to see where the river used to be.
nadia_rahman|23.1|@old_maps it was THERE? My whole story just moved 60 kilometres east.
nadia_rahman|19.7|Note to self: never again take a rickshaw to a flood.
nadia_rahman|15.7|Interviewed a boat builder who has never drawn a plan. "The wood knows," he says, and cuts. It does seem to.
nadia_rahman|11.6|The new embankment was opened today, with speeches. The women who carried the earth stood at the back. I stood with them.
nadia_rahman|8.9|@aisha_bello could you check my numbers on the cholera wards before I print them? I trust you more than my calculator.
nadia_rahman|5.7|Printed, with a denominator. Thank you, @aisha_bello.
nadia_rahman|2.8|A reader has sent three hundred school books for the boats. Three hundred!
nadia_rahman|0.5|Minister has eaten one of the three hundred. It was grammar. #rivers
marcus_hale|39.7|Turned the compost. It steamed like a good idea.
marcus_hale|34.5|We gave away 212 pounds of tomatoes this week, and one very long cucumber, to applause.
marcus_hale|28.9|Kids named the scarecrow "Supervisor".
marcus_hale|23.9|Garlic goes in this weekend. If you've got hands, bring them. Lot's on the corner, soup's at one.
marcus_hale|18.9|Thirty-one people, six hundred cloves, two pots of soup. #garden
marcus_hale|13.7|@freya_jensen what would you plant for bees on a lot that's half brick dust?
marcus_hale|10.6|Ordered the phacelia, @freya_jensen. Supervisor has been informed.
marcus_hale|4.9|First hard freeze. Beds are blanketed, hoses in, collards sweeter than yesterday.
marcus_hale|0.9|Mrs. Jackson brought seed beans her mother carried up from Georgia in 1944. I signed for them like they were diamonds.
ines_carvalho|40.2|Pigeon 61. He has a moustache. I did not add it.
ines_carvalho|35.6|A blank page at nine in the morning is a very loud thing.
ines_carvalho|30.2|Deadline tomorrow, so naturally I've drawn a pigeon in a raincoat.
ines_carvalho|26.7|@mei_chen with the cheap brush from the hardware shop, the one for varnish! I'll send you two.
ines_carvalho|21.9|The client would like the sky "more optimistic".
ines_carvalho|17.1|O céu ficou mais otimista. O cliente também.
ines_carvalho|16.2|@diego_fuentes as tuas pombas têm melhor postura do que as minhas!
ines_carvalho|10.1|Sketchbook number 40 is full. First page, last page and everything that I would change: https://example.org/sketchbook-40
ines_carvalho|5.5|Pigeon 100! He came to the window in person. We looked at each other for a while.
ines_carvalho|1.2|The pigeons will be a book. An actual book. I'm typing this from under the table. #illustration
arjun_mehta|38.6|A batter's average says what happened. It doesn't say who was bowling, or that it rained, or that his daughter had been born that morning.
arjun_mehta|32.6|Filter coffee ratio, after eleven years of trials: more.
arjun_mehta|26.2|Plotted every ball of the season on one page. It looks like monsoon. #cricket
arjun_mehta|19.5|Our office team: all out for 38. I have the data and I will be taking it to my grave.
arjun_mehta|11.9|@aisha_bello is there a test for "he was due"? Asking for my entire family.
arjun_mehta|5.4|My mother has beaten my prediction model for the third week in a row. Her method: "I looked at his face."
arjun_mehta|1.5|Have added a column named amma_says. Accuracy is up four points.
zanele_dube|40.7|Lesson plan: buoyancy. Location: the sea. Equipment: the sea.
zanele_dube|35.4|Offshore wind, two metres, glass. School starts at half past seven and so, exactly, do I.
zanele_dube|29.2|A learner asked whether time is real. I said that the bell is.
zanele_dube|22.8|Dropped a slinky from the roof, filmed it in slow motion. Forty teenagers silent for nine seconds. Personal best. #physics
zanele_dube|15.4|@grace_wanjiru my class would like to calculate your power output. May we have a hill and a time?
zanele_dube|9.7|Refraction explained with a straw. Reflection explained with a staff meeting.
zanele_dube|7.1|@priya_raman they found the mistake at minute three in four minutes. I'm so proud, and you are on the wall.
zanele_dube|2.7|Whales off the point this morning, six of them, breathing like the first day of the holidays.
pavel_horak|41.4|Brno 07:12, Břeclav 07:51, Wien 08:49. Three trains, two borders' worth of history, one roll with cheese.
pavel_horak|38.9|Made a four-minute connection in three. The conductor and I nodded.
pavel_horak|35.7|The new timetable is out. I've cancelled my evening.
pavel_horak|32.7|Page 212: a train that runs only on the second Sunday in October. Who are you? Where are you going? #timetable
pavel_horak|27.4|I found out. It goes to a plum fair. I'm going next year.
pavel_horak|25.3|@joao_pereira departure 14:07:00 by my watch. An artist.
pavel_horak|19.2|Night train. Somewhere a hand shunts my carriage very gently to another country.
pavel_horak|13.8|Platform changed from 1 to 9 with two minutes to go. We ran as one people.
pavel_horak|8.2|An old railwayman let me hold his 1938 pocket timetable. Gloves on. He's asked whether I'd like to have it "when the time comes".
pavel_horak|3.1|Delayed by 94 minutes, reason: "a swan". I am not even angry.
pavel_horak|0.8|@hugo_lambert your feed says 14 seconds late. Fourteen! Thank you for measuring as though it mattered.
maya_goldstein|39.9|ארבעה ימים של אבק, ואז חרוז קטן וכחול.
maya_goldstein|33.9|Some child lost this bead three thousand years ago and presumably got told off.
maya_goldstein|27.6|Trench 4: rain. Trench 5: rain. Trench 6: is now a pool with a frog in it.
maya_goldstein|21.6|@tiny_museum it is 6 mm wide. I am only saying.
maya_goldstein|14.8|האדמה זוכרת הכול, אבל לא מספרת בסדר הנכון. #ארכאולוגיה
maya_goldstein|8.4|Washed 900 sherds with the students. Number 614 has a thumbprint. Everybody put their own thumb in it, one after the other, very quietly.
maya_goldstein|2.5|End of season. We have covered the trenches, counted the buckets and said good night to the frog.
elif_yilmaz|39.2|Bu sabah ilk zeytin düştü. Hasat başlıyor.
elif_yilmaz|33.2|The oldest of our trees is hollow enough to sit in. My grandfather did his homework there.
elif_yilmaz|27.2|Harvest, day three: 640 kilos, eleven cousins, one argument about nets, settled by tea.
elif_yilmaz|25.5|New oil is green like a traffic light and bites like a cat. I would drink it from a shoe. #zeytin
elif_yilmaz|18.5|@chiara_bellini what did people do with the first pressing in your books? We have a barrel, bread, and time.
elif_yilmaz|11.2|Yağmur geldi, tam zamanında. Ağaçlar yıkandı.
elif_yilmaz|4.3|Last net folded. 7.4 tonnes, a good year after two thin ones. The hollow tree gave nineteen kilos all by itself.
sam_whitlock|40.5|New filter board. It screams at 2 kHz and I think I'm in love.
sam_whitlock|34.3|Spent six hours tracing a hum. It was the fridge. The fridge is in tune, though.
sam_whitlock|28.1|Etched, drilled, soldered, powered on: smoke. Beautiful, slightly purple smoke. #synth
sam_whitlock|21.3|Replaced what the smoke came out of. Now it sings like a kettle with a degree.
sam_whitlock|13.5|@tomas_novak it still hums. 8 % tighter! You've put the whole tuning table back in my pocket.
sam_whitlock|9.2|@kwame_mensah is there any record of the early synths on highlife sessions? I heard one on your show and fell off my stool.
sam_whitlock|3.3|Demo of the new voice, recorded at four in the morning with a fox outside: https://example.org/fox-and-filter
camille_roux|41.0|Six heures : 300 croissants. Sept heures : 12 croissants.
camille_roux|35.9|The secret is that there's no secret. There is butter, and there is getting up.
camille_roux|31.2|@yuki_tanaka cold marble, cold hands, warm heart. And stop at thirty-six layers: greed makes brioche.
camille_roux|26.9|A client asked for a cake "that tastes like September". He got figs, hazelnuts, and a little smoke.
camille_roux|20.4|Praline roses dans la vitrine, enfants collés à la vitre. L'ordre du monde. #Lyon
camille_roux|14.7|Entropy explained: try to put the flour back.
camille_roux|9.6|First galettes of the season tested. Far too early. Every one was necessary.
camille_roux|4.6|L'apprentie a réussi ses premiers éclairs. Droits comme des justices. J'ai fait semblant de tousser.
camille_roux|0.6|Il gèle. Le beurre est content, moi aussi.
takoda_reyes|41.1|New moon. Took a school bus of kids out past the last lamp and asked them to just look up. Nobody talked for six minutes.
takoda_reyes|37.4|Coyotes to the north, great horned owl to the south, me in the middle with a thermos.
takoda_reyes|29.8|@priya_raman 21.8 on a good night. Visitors' bench is free, bring a coat.
takoda_reyes|26.5|A man drove eleven hours to see the Milky Way and then fell asleep under it. Fair.
takoda_reyes|22.3|Please use red light. The stars have come a long way. #darksky
takoda_reyes|16.6|First snow on the mesa. Tracks at dawn: fox, hare, hare, fox, no hare.
takoda_reyes|11.5|The county voted to shield its street lights. Five years of meetings, folding chairs and my terrible slides. We did it.
takoda_reyes|10.8|Measured from the ridge last night: 21.9.
takoda_reyes|4.5|Meteor so bright tonight it cast a shadow. I said thank you out loud, to nobody.
takoda_reyes|0.7|A kid from that school bus wrote to me. She wants to be a ranger "but only at night". Hired.
ingrid_solberg|41.2|Forecast: rain, turning to something we have a word for.
ingrid_solberg|37.2|No, I cannot see from here whether there will be aurora over your wedding in March.
ingrid_solberg|32.4|The sun has five weeks left up here. We're all being very polite to it. #Tromsø
ingrid_solberg|27.8|Polar low forming west of Bjørnøya. Small, round, spiteful. Boats: come in.
ingrid_solberg|27.0|All boats in. Thank you for listening to the radio.
ingrid_solberg|23.3|@lucia_moretti you get to name your wind. We only number ours.
ingrid_solberg|18.0|Kp 7 last night, and the sky did what it liked. I went outside in slippers, as is right for a professional.
ingrid_solberg|12.1|A forecast is a promise with error bars.
ingrid_solberg|6.5|Siste soloppgang i år nærmer seg. Vi sees i januar.
ingrid_solberg|2.0|Last sunrise yesterday: 41 minutes of it. Half the town was on the bridge with coffee.
bilal_ahmed|38.8|A truck came in yesterday as steel and leaves tomorrow as a peacock.
bilal_ahmed|32.2|Mixed eleven reds. The driver wants "the red of my wife's first letter". It is number nine.
bilal_ahmed|25.6|نستعلیق میں ہر لفظ اوپر سے نیچے اُترتا ہے، جیسے کوئی سیڑھیوں سے آ رہا ہو۔
bilal_ahmed|17.3|Painted a partridge on a tailgate, and underneath: "Horn please, but gently." #truckart
bilal_ahmed|8.7|@mei_chen it leans because it is walking! Come to Lahore, we'll talk until the ink dries.
bilal_ahmed|3.8|The old master signed my panel today. Small, in the corner, under a leaf. You'd never find it. I'll always know.
bilal_ahmed|0.3|آج ٹرک روانہ ہوا۔ پورا محلہ ہاتھ ہلا رہا تھا۔
grace_wanjiru|41.5|5:10 a.m., 16 km, Ngong road, two dogs and a bread van for company.
grace_wanjiru|37.0|Hills today. I don't like hills. Hills don't care, and that's why they work.
grace_wanjiru|31.8|Somebody at the roadside shouted "You're late!" I ran the last kilometre in 3:31. Thank you, somebody.
grace_wanjiru|25.0|Rest day. Resting is harder than running and nobody claps.
grace_wanjiru|20.2|Twelve girls at Saturday's session; in January there were three. #running
grace_wanjiru|15.1|@oskar_lind go out before the sun does! And please send one bag of your cold.
grace_wanjiru|14.5|@zanele_dube Ngong hill: 2.1 km, 168 m up, 9 min 48. I weigh what I weigh. Go!
grace_wanjiru|9.0|Four hundred watts?! Tell your class I'm framing that, @zanele_dube.
grace_wanjiru|5.0|Race week. I eat, I sleep, I'm boring.
grace_wanjiru|1.0|2:39:52.\n\nI have nothing else to say. Two thirty-nine. Fifty-two.
olga_ivanenko|40.0|There is a word in this novel for the sound of snow being thought about. I have had it on my desk for nine days.
olga_ivanenko|34.0|Переклад — це коли ти двічі чужий і вдома в обох.
olga_ivanenko|28.5|The author replied! She doesn't know what the sentence means either. I feel wonderful.
olga_ivanenko|23.0|@liam_oconnor do you have any poetry with the facing page in the other language? I'll take it wet or dry.
olga_ivanenko|16.0|@liam_oconnor I only now see what the river did. Glad about the street. Glad about the cat.
olga_ivanenko|10.5|Chapter twelve. They're all at table and everybody means something else. #translation
olga_ivanenko|5.2|Світло дали о п'ятій. Встигла розділ до темряви.
olga_ivanenko|1.3|Done. 412 pages, and the snow word is... "hush". It was there all the time.
peter_nagy|39.5|A pupil today: "Sir, is infinity odd or even?" Lesson plan abandoned with joy.
peter_nagy|33.7|Chalk order arrived. The good one, that does not squeak. I've told nobody. #maths
peter_nagy|28.0|@amara_okafor send it! We hung a chain from the gym ceiling and turned the photo upside down. They won't believe me until they see a bridge.
peter_nagy|21.8|Ma a tízes osztály bebizonyította Pitagorasz tételét krumplival.
peter_nagy|15.0|Half my class think that zero is suspicious. They're in good company, historically.
peter_nagy|8.0|The arch by @amara_okafor is on the wall, next to our chain. Nobody has said "when will we ever need this" for two weeks.
peter_nagy|2.9|@sofia_petrova there are 92. Tell them there are 92, and then run.
lucia_moretti|39.0|Bora 110 km/h. The whole of Trieste walks at an angle and pretends that nothing is happening.
lucia_moretti|32.0|Mapped a wreck today which was on no chart. A small one, wood. Somebody waited for it once.
lucia_moretti|24.0|@lena_brandt the legend took longer than the sea floor! You're the first who noticed.
lucia_moretti|22.5|@ingrid_solberg naming it doesn't help. It knows its name and comes anyway.
lucia_moretti|12.0|Un nero, prego. (In this city that is an espresso, and wars were started over less.)
lucia_moretti|5.8|Sonar day: flat, flat, flat, flat, a bicycle, flat. #hydrography
ben_tran|40.1|Page 14 of the notebook says only: "fish, the way Aunt Six does it." Aunt Six, if you're reading this.
ben_tran|36.0|Broth has been on for eleven hours. The neighbours have started to knock.
ben_tran|29.0|@chiara_bellini it says "a handful of a small person". She was 1.48 m. I've borrowed a niece.
ben_tran|24.6|Bà ngoại viết: "nêm cho vừa miệng". Vừa miệng ai, bà ơi?
ben_tran|19.0|Called my mother about page 14. She called her sister. The sister called Aunt Six, who's 88 and in Cần Thơ and says it is a secret. #cooking
ben_tran|15.9|Aunt Six has agreed to tell me on condition that I come and get it.
ben_tran|12.9|Ticket booked.
ben_tran|6.2|In Cần Thơ. She made me carry the fish, clean the fish and apologise to the fish.
ben_tran|5.8|It was the tamarind. It was always the tamarind. She held my wrist to show me how much.
ben_tran|1.1|Home. I cooked page 14. My mother didn't say anything; she just fetched a second bowl.
wren_adeyemi|41.7|Top deck, front seat,\nall of London arriving\nin small yellow squares.
wren_adeyemi|40.0|The driver says good morning to everybody, and you can tell who needed it.
wren_adeyemi|38.2|Overheard: "She isn't my girlfriend, she's my emergency contact." I've written it on my hand.
wren_adeyemi|36.5|Rain on the roof of the 176.\nA hundred tiny editors,\ncrossing everything out.
wren_adeyemi|34.8|New poem about my grandmother's keys. She had nineteen and two doors. https://example.org/nineteen-keys
wren_adeyemi|33.0|So many of you have written about your grandmothers' keys. I'm reading all of them. I'm going to need a bigger bus.
wren_adeyemi|30.6|A child told the whole deck what each building was. She was wrong about all of them and it was better.
wren_adeyemi|27.5|@liam_oconnor tell the nun that I said yes, whatever she asks.
wren_adeyemi|26.0|Terminus. Everybody off.\nEven the moon\nwaits for a driver change.
wren_adeyemi|23.6|Reading tonight in a launderette in Peckham. Bring washing.
wren_adeyemi|23.1|Forty people, nine machines, one spin cycle right in the quiet poem. Perfect timing, to be honest.
wren_adeyemi|20.5|@joao_pereira could a poem ride the 18 some day? It would behave. It'd give up its seat.
wren_adeyemi|18.7|Man asleep on my shoulder from Camberwell to Waterloo. I missed my stop so that he wouldn't miss his dream.
wren_adeyemi|15.5|The word "bus" is what's left of "omnibus": for everyone. They kept the ending and threw the everyone away. #poetry
wren_adeyemi|12.4|Frost inside the window.\nSomeone has written HELLO\nand someone else, HI.
wren_adeyemi|9.9|@olga_ivanenko if you ever let that snow word go, I'll give it a home.
wren_adeyemi|7.0|Workshop with Year 6. Best line of the day: "My dad is a door that only opens inwards." I had to look out of the window.
wren_adeyemi|4.0|The 176 was on diversion and forty strangers became a committee.
wren_adeyemi|2.4|Tickets, please, says nobody\nany more. Only a small green light\nthat knows you.
wren_adeyemi|0.9|"Hush." Oh, @olga_ivanenko. Of course it was.
wren_adeyemi|0.1|Home on the last one. Just me, the driver, and the driver's radio, singing the bits that it knew.
hugo_lambert|38.5|Nineteen municipalities, nineteen formats for "pothole". I've got a table for that now.
hugo_lambert|32.5|Published: every tram departure of the year, to the second, as one plain file. https://example.org/departures
hugo_lambert|20.7|@aisha_bello a map without counts is a mood! Very glad that somebody looked.
hugo_lambert|13.0|Found the reason for the spike in complaints every 3rd of the month. It's Gérard. We're going to invite Gérard to lunch. #opendata
hugo_lambert|9.5|Gérard is 81, used to build roads, and is right about everything. He starts on Monday, Tuesdays off.
hugo_lambert|1.4|Thanks to Gérard the form has lost two fields and got one photograph. Potholes fixed within a week: 38 %, from 12 %.
mira_kovac|40.4|Hung the smallest exhibition label of my career today. It says "Chair".
mira_kovac|34.1|We received a donation in an envelope: one comma, cast in lead, and a note: "It was my father's."
mira_kovac|27.0|Some museums count visitors. We count the people who whisper "oh". 31 today.
mira_kovac|21.0|@maya_goldstein six millimetres?! We'll have to buy a smaller lamp.
mira_kovac|14.0|Muzej je mali, ali se u njemu dugo ostaje.
mira_kovac|8.5|School class in the museum. They were given magnifying glasses and silence broke out.
mira_kovac|3.0|Grant approved! We can finally afford a bigger small cabinet.
leo_santos|38.0|Maracatu na rua às seis. O asfalto ainda está tremendo.
leo_santos|27.1|@kwame_mensah a bottle! Of course a bottle. Here we use a hoe.
leo_santos|20.0|Retuned the alfaias. It rained, the skins sank, and so did my heart; then the sun came out and the whole street went up a fourth. #percussion
leo_santos|12.8|What a night, @kwame_mensah. My neighbour's dog would like to be paid.
leo_santos|6.0|Ensinei um ritmo novo às crianças. Elas me ensinaram um melhor.
leo_santos|1.6|You can hear a drum's age if you knock and wait.
anya_sharma|39.3|Call-out, 02:40. Two hikers, no map, phone at 3 %. Found by the light of that 3 %. Everybody home.
anya_sharma|32.9|Please, before you go up: tell one person where, and when you'll be back. That is all. That's the post.
anya_sharma|26.4|पहाड़ जल्दी में नहीं है। आप भी मत रहिए।
anya_sharma|19.9|Rope training in sleet. Fingers filed a complaint.
anya_sharma|12.5|The dog, Bulbul, passed her avalanche exam. I cried. Bulbul ate the certificate. #mountains
anya_sharma|6.7|Bulbul's first real find: a boy of eleven, cold, cross, completely fine.
anya_sharma|6.3|His mother has sent Bulbul a chicken. A whole one.
anya_sharma|1.9|First big snow on the passes. Roads shut above Narkanda. Stay in, make tea, call your father.
daniel_osei|40.2|Unplugged my mouse and tried to book a bus ticket. I'm still here. It is Thursday.
daniel_osei|36.8|Contrast isn't a preference. It's a door.
daniel_osei|32.2|@tomas_novak merged on a Sunday! From everyone who sees your red and green as two kinds of brown: thank you.
daniel_osei|25.4|If your button's a div, my friend, it isn't a button. It's a picture of a button. #accessibility
daniel_osei|20.8|Sat with Mr Boateng, 74, as he heard his own pension page read aloud for the first time. "So that's what it says." One morning's work.
daniel_osei|14.3|Alt text is just describing it to a friend on the phone. You know how to do that already.
daniel_osei|9.5|@mei_chen your serif at 200 % is still calm! Tested on eleven screens and one very honest aunt.
daniel_osei|4.0|Skip links, visible focus, labels. Three things, one afternoon, and thousands of people stop swearing at you: https://example.org/three-things
daniel_osei|0.4|Booked the bus ticket. Keyboard only, forty seconds. They fixed it! They actually wrote back!
freya_jensen|39.6|Forty hives, thirty-nine calm. Number 12 is always number 12.
freya_jensen|33.4|Last honey of the year: lime and heather, dark as tea.
freya_jensen|26.0|A bee dancing tells the others: that way, this far, so good. I've sat through worse meetings.
freya_jensen|13.2|@marcus_hale phacelia! It grows in anything, bees go mad for it, and it's purple. Sow it the moment the ground is warm.
freya_jensen|9.9|Oxalic acid and mouse guards today. Not everything about bees is poetry. #beekeeping
freya_jensen|3.5|Put my ear to hive 12. A low hum, 34 degrees in there, all of them taking turns in the middle. Good night, 12.
kofi_library|41.3|Enquiry of the day: "I need a book that is blue." Found it. It was green.
kofi_library|38.6|Somebody has returned a book 31 years late, with a cheque and an apology to the character who dies.
kofi_library|35.0|No, we don't shush. We've got a lady for that. She's a reader.
kofi_library|31.5|"Do you have the sequel to the dictionary?" (Age: six. I showed her the thesaurus. She was satisfied.)
kofi_library|27.9|Quietest hour of the week: Tuesday from ten, when the chess grandmothers are thinking.
kofi_library|24.2|A man came to print one page and stayed to learn to read the rest. We start on Monday.
kofi_library|20.8|@noor_haddad try the one about the goat who would not be counted. Three minutes if you don't do the voices. Do the voices.
kofi_library|17.0|Found in returns: a bookmark made from a love letter. If you're missing paragraph four, ask for me, no questions. #library
kofi_library|13.9|She came for paragraph four. That is all that I'll say.
kofi_library|10.0|@nadia_rahman is there really a goat on the school boat? We have a reader with some follow-up questions.
kofi_library|6.8|The man who came to print one page read me a page today. Slowly. Out loud. In the middle of the room. Nobody shushed.
kofi_library|2.6|Enquiry of the day: "Where do the books go at night?" Shelved under Philosophy, pending.
kofi_library|0.5|We've put a chair by the radiator with a sign: "You may simply sit." It's the most borrowed thing in the building.
rosa_jimenez|38.4|La cochinilla manda: hoy salió un rojo que no le pedí y que no voy a discutir.
rosa_jimenez|31.7|Three hundred knots before the coffee. My mother did four hundred, and sang.
rosa_jimenez|27.7|@fatima_zahra ¡trato hecho! A skein of the deepest red goes to the post on Monday.
rosa_jimenez|22.0|Warp on the loom, 1,240 threads. If you breathe wrong, it's 1,239.
rosa_jimenez|14.4|The tile came. It's the blue of the hour when they call you in for supper. It hangs over the loom now.
rosa_jimenez|7.3|A museum asks how long a rug takes. Forty days and three generations, I answered. They wrote down "forty days". #telar
rosa_jimenez|2.2|Terminado. Le puse una línea azul que nadie va a notar, menos Fatima.
hilltop_weather|41.6|Min 3.1 °C, max 9.8 °C, rain 4.2 mm. A sheep stood in front of the anemometer from 11:20 until 14:05.
hilltop_weather|39.4|Min 1.9 °C, max 8.4 °C. First ground frost. The puddle has a lid.
hilltop_weather|37.5|Wind gust 88 km/h at 03:17. Everything that could rattle has been recorded.
hilltop_weather|35.3|Fog all day. Visibility: the fence. Then: not the fence.
hilltop_weather|33.1|Min 6.0 °C, max 13.7 °C. Sunshine 7.9 hours. No remarks. Simply nice.
hilltop_weather|31.0|Rain 22.6 mm. The rain gauge would like to be emptied by a human, please.
hilltop_weather|28.9|Emptied. Thank you. Biscuit crumbs have been noted.
hilltop_weather|26.3|Min 4.4 °C, max 10.2 °C. Rainbow at 16:41, double, unmeasurable.
hilltop_weather|25.8|@ewan_mackay 412 metres AND a fence. 96 km/h as of 09:50, since you ask.
hilltop_weather|23.5|Pressure 977.4 hPa and falling. Ears may pop. #weather
hilltop_weather|20.6|Min 0.2 °C, max 5.5 °C. Sleet, then hail, then an apology of sun.
hilltop_weather|17.5|Monthly summary: 141 mm of rain, 61 hours of sun, 1 sheep. Data: https://example.org/hilltop
hilltop_weather|14.9|Min −1.3 °C. Dew point reached by everything, including the camera.
hilltop_weather|11.8|Wind: calm. Recorded wind: 0.0 km/h for six hours, which we had thought was a fault. It was not.
hilltop_weather|8.8|Min −3.8 °C, max 1.0 °C. First snow, 4 cm. The sheep has been seen wearing it.
hilltop_weather|5.2|Gust 104 km/h at 22:08: the highest of the year. The fence is now in another data set.
hilltop_weather|2.1|Min −0.4 °C, max 4.9 °C. New fence. Old sheep.
hilltop_weather|0.2|Pressure 1031.2 hPa, sky clear, stars out. Measured: nothing. Seen: a lot.
old_maps|41.9|A map of Venice from 1500, cut into six blocks of pear wood. It took three years. He drew every chimney.
old_maps|38.8|California as an island, 1650. It was corrected in 1747 by royal decree, and many were sorry.
old_maps|36.0|This atlas shows a mountain range across West Africa which nobody ever found. It stayed on maps for 91 years, because nobody likes to erase a mountain.
old_maps|33.2|London, 1746: 24 sheets, and at the edge of the last one somebody has drawn a small dog. https://example.org/small-dog
old_maps|30.4|A portolan chart, 1375. The coast is perfect. The inland is camels.
old_maps|27.3|Paper towns: places put on a map to catch copyists. One was copied so often that somebody built a shop there. #maps
old_maps|24.4|@nadia_rahman Rennell's survey, 1776, sheets 5 and 12: the old course runs far to the east of today's. Your river has been travelling.
old_maps|21.4|A Marshall Islands stick chart. The curved sticks aren't land; they are how the sea bends. You learnt it and left it at home.
old_maps|18.2|The mapmaker's note in the corner: "Here I was ill for nine days, and cannot vouch for the hills."
old_maps|15.3|A map of Porto's tram lines from 1912, hand-coloured. The 18 is there already. @joao_pereira, you're on time.
old_maps|11.0|Tokyo, 1859, drawn so that it can be read from all four sides. Put it on the floor and walk around the city.
old_maps|7.6|Error of the month: a lake in Finland in the shape of a thumb. It was a thumb.
old_maps|4.5|The first map of the sea floor of the Atlantic was drawn by a woman who was not allowed on the ship. It changed geology. Her name was Marie Tharp.
old_maps|1.5|@lucia_moretti we thought of you: a chart of Trieste, 1822, with the bora drawn as a face. It looks pleased.
old_maps|0.3|A globe for the pocket, 1775. Seven centimetres. Inside the case, the stars.
tiny_museum|41.8|New in cabinet 3: a working padlock, 5 mm. The key is on a hair.
tiny_museum|38.2|Object 88: a grain of rice with a name on it. Not ours. If you are Ljubica, please call.
tiny_museum|34.6|We're open again from Thursday. We had lost object 41, and needed the floor to ourselves.
tiny_museum|32.9|Object 41 has been found. It was in front of object 40.
tiny_museum|29.5|Ljubica called!
tiny_museum|25.2|A visitor stood before the matchstick violin for an hour. He makes violins. He said: "The bridge is a little low."
tiny_museum|21.5|@maya_goldstein we would give it cabinet 1, a cushion, and our full attention.
tiny_museum|17.6|Night of the Museums: 1,300 people came. We let them in four at a time. The last one entered at three in the morning, and said thank you, and we meant it.
tiny_museum|13.0|Object 215: a lead comma. It changes the meaning of everything to its left. #smallthings
tiny_museum|9.1|For children under six: yes, you may use the big magnifying glass. For adults: you only had to ask.
tiny_museum|6.0|The violin maker came back with tweezers. The bridge is right now. He wouldn't hear of being paid.
tiny_museum|2.0|On loan from @maya_goldstein's excavation until spring: one blue bead, 6 mm, about 3,000 years. Please come and be quiet with us.
tiny_museum|0.6|Forty-four people have said "oh" to the bead since noon.
demo|40.6|Hello! I'm new here. Following a tram driver, a kelp biologist and a thermometer so far, and I already feel better informed.
demo|33.4|My grandmother had one key and four doors. She said that the others were none of my business. #keys
demo|24.0|Whoever put me on to @tiny_museum: thank you. I've been there in thought all day.
demo|17.8|Stood outside with the neighbours to see Jupiter next to the Moon. Nobody had planned to. #darksky
demo|15.1|It turns out that I have opinions about tram bells now.
demo|11.9|@yuki_tanaka tried your tip with the cold water. My first loaf that isn't a weapon!
demo|6.6|Reading @wren_adeyemi on an actual bus. It's almost too much.
demo|2.1|Is there anyone here who knows about fixing old radios? Mine hums, and I've read enough to know that it's probably the fridge.
demo|1.9|@sam_whitlock it was the fridge.
demo|0.4|Tonight's plan: radio at six, soup, and no opinions.
\.

-- What stands above is the whole community; a slip in it must not be half applied.
DO $$
BEGIN
    IF (SELECT count(*) FROM demo_people) <> 49 OR (SELECT count(*) FROM demo_tweets) <> 500
        OR EXISTS (SELECT FROM demo_tweets t WHERE t.username <> 'demo'
                   AND NOT EXISTS (SELECT FROM demo_people p WHERE p.username = t.username))
    THEN RAISE EXCEPTION 'the demo community is not 50 people and 500 tweets';
    END IF;
    IF NOT EXISTS (SELECT FROM users WHERE username = 'demo' AND email = 'demo@example.org') THEN
        RAISE EXCEPTION 'demo has not signed up';
    END IF;
END $$;

-- A number from 0 to 1 that is always the same for the same words.
CREATE FUNCTION pg_temp.chance(words text) RETURNS float8 LANGUAGE sql IMMUTABLE
RETURN (hashtextextended(words, 0) & 1048575) / 1048576.0::float8;

-- Who signed up a moment ago joins 43 days ago as well, with an id of that time.
WITH signed_up AS (
    DELETE FROM users WHERE username = 'demo' RETURNING username, email, password_hash
), moment AS (
    SELECT date_trunc('milliseconds', now() - interval '43 days') AS at
)
INSERT INTO users (id, username, email, display_name, bio, password_hash, created_at)
SELECT id_at(at, nextval('id_sequence')), username, email, 'Demo', 'Just looking around.', password_hash, at
FROM signed_up, moment;

-- '!' is the hash of no password: nobody can log in as these.
INSERT INTO users (id, username, email, display_name, bio, password_hash, created_at)
SELECT id_at(at, nextval('id_sequence')), username, username || '@example.org', display_name, bio, '!', at
FROM demo_people,
    date_trunc('milliseconds', now() - (joined + pg_temp.chance(username)) * interval '1 day') AS at;

-- In the order of time, which is the order of ids. Less than a tenth of a day is left to chance, so an
-- answer stays behind what it answers.
INSERT INTO tweets (id, author_id, text, created_at)
SELECT id_at(at, nextval('id_sequence')), users.id, text, at
FROM demo_tweets JOIN users USING (username),
    date_trunc('milliseconds', now() - (days_ago + 0.002 + 0.095 * pg_temp.chance(text)) * interval '1 day') AS at
ORDER BY at;

INSERT INTO tweet_tags (tag, tweet_id)
SELECT DISTINCT lower(found[1]), tweets.id
FROM demo_tweets JOIN users USING (username)
JOIN tweets ON tweets.author_id = users.id AND tweets.text = demo_tweets.text,
    regexp_matches(tweets.text, '#(\S+)', 'g') AS found;

-- Few have many followers, most have some; people of one circle know each other.
WITH pair AS (
    SELECT a.username AS follower, b.username AS followee, b.fame,
        string_to_array(a.circles, ' ') && string_to_array(b.circles, ' ') AS same_circle
    FROM demo_people a JOIN demo_people b ON a.username <> b.username
), follow AS (
    SELECT follower, followee FROM pair
    WHERE pg_temp.chance(follower || ' follows ' || followee)
        < CASE WHEN same_circle THEN 0.1 + 0.08 * fame ELSE 0.008 * fame * fame END
    UNION ALL
    -- Whom somebody mentions, they mostly follow.
    SELECT DISTINCT t.username, p.username FROM demo_tweets t JOIN demo_people p
        ON t.text ~ ('@' || p.username || '\M') AND t.username <> p.username
    WHERE t.username <> 'demo'
    UNION ALL
    SELECT 'demo', unnest(ARRAY[
        'amara_okafor', 'yuki_tanaka', 'tomas_novak', 'priya_raman', 'fatima_zahra', 'joao_pereira',
        'ewan_mackay', 'chiara_bellini', 'kwame_mensah', 'liam_oconnor', 'aisha_bello', 'hana_kim',
        'nadia_rahman', 'sam_whitlock', 'takoda_reyes', 'grace_wanjiru', 'ben_tran', 'wren_adeyemi',
        'daniel_osei', 'kofi_library', 'hilltop_weather', 'tiny_museum'])
    UNION ALL
    SELECT username, 'demo' FROM demo_people WHERE pg_temp.chance(username || ' follows demo') < 0.25
)
INSERT INTO follows (follower_id, followee_id, created_at)
SELECT follower.id, followee.id,
    greatest(follower.created_at, followee.created_at)
        + pg_temp.chance(follower.username || followee.username)
            * (now() - greatest(follower.created_at, followee.created_at))
FROM follow
JOIN users follower ON follower.username = follow.follower
JOIN users followee ON followee.username = follow.followee
ON CONFLICT DO NOTHING;

UPDATE users SET
    tweet_count = (SELECT count(*) FROM tweets WHERE author_id = users.id),
    follower_count = (SELECT count(*) FROM follows WHERE followee_id = users.id),
    following_count = (SELECT count(*) FROM follows WHERE follower_id = users.id),
    home_version = home_version + 1
WHERE username = 'demo' OR username IN (SELECT username FROM demo_people);

COMMIT;
