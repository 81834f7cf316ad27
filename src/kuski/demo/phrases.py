"""Keep what customers of the made-up company write, in Finnish and English."""

from collections.abc import Mapping
from typing import NamedTuple


class Phrases(NamedTuple):
    """Hold four ways to complain of one driver and four to praise it."""

    complaints: tuple[str, str, str, str]
    praises: tuple[str, str, str, str]


FINNISH: Mapping[str, Phrases] = {
    "attention": Phrases(
        (
            "Minua ei huomattu ennen kuin itse kysyin.",
            "Tuntui, että olin vain numero jonossa.",
            "Kukaan ei muistanut, mitä viimeksi sovittiin.",
            "Jouduin kertomaan asiani alusta jo kolmannen kerran.",
        ),
        (
            "Minut muistettiin heti edelliseltä kerralta.",
            "Minua kuunneltiin rauhassa loppuun asti.",
            "Asiakaspalvelija huomasi, mitä oikeasti tarvitsin.",
            "Jälkeenpäin vielä kysyttiin, miten meillä sujuu.",
        ),
    ),
    "friendliness": Phrases(
        (
            "Vastaus oli tyly.",
            "Sävy oli ylimielinen, vaikka kysyin asiallisesti.",
            "Asiakaspalvelija kuulosti kyllästyneeltä.",
            "Tervehdykseen ei edes vastattu.",
        ),
        (
            "Palvelu oli lämmintä ja ystävällistä.",
            "Jäi hyvä mieli koko päiväksi.",
            "Mukava ihminen, joka jaksoi selittää.",
            "Huumori kukki, ja asia hoitui siinä sivussa.",
        ),
    ),
    "expertise": Phrases(
        (
            "Tiesin itse aiheesta enemmän kuin neuvoja.",
            "Sain kolme eri vastausta samaan kysymykseen.",
            "Neuvo oli väärä ja maksoi minulle viikon.",
            "Kukaan ei osannut sanoa, mistä vika johtuu.",
        ),
        (
            "Vian syy löytyi saman tien.",
            "Asiantuntija tiesi tarkalleen, mistä puhui.",
            "Sain kerralla oikean neuvon.",
            "Vaikeakin asia selitettiin niin, että ymmärsin.",
        ),
    ),
    "ownership": Phrases(
        (
            "Minua pompoteltiin osastolta toiselle.",
            "Luvattiin soittaa takaisin, mutta kukaan ei soittanut.",
            "Virhe oli teidän, mutta selvittely jäi minulle.",
            "Kukaan ei ottanut asiaa hoitaakseen.",
        ),
        (
            "Sama ihminen hoiti asian alusta loppuun.",
            "Lupaus pidettiin minuutilleen.",
            "Virhe myönnettiin ja korjattiin kyselemättä.",
            "Hän otti asian omakseen eikä luovuttanut.",
        ),
    ),
    "app_works": Phrases(
        (
            "Sovellus kaatui kesken maksun.",
            "Kirjautuminen ei onnistunut koko viikonloppuna.",
            "Päivityksen jälkeen sovellus ei enää aukea.",
            "Sovellus unohti ostoskorin kaksi kertaa.",
        ),
        (
            "Sovellus toimii niin kuin pitääkin.",
            "Sovelluksessa ei ole ollut vikoja.",
            "Kirjautuminen menee läpi joka kerta.",
            "Sovellus aukeaa heti.",
        ),
    ),
    "ease_online": Phrases(
        (
            "Verkkosivuilta ei löydä mitään.",
            "Lomake kysyi samat tiedot neljästi.",
            "Haku ei löytänyt tuotetta, joka teillä on.",
            "Luovutin verkossa ja lähdin muualle.",
        ),
        (
            "Verkossa asiat saa tehtyä hetkessä.",
            "Tilaus onnistui muutamalla painalluksella.",
            "Sivuilta löytyi heti se, mitä etsin.",
            "Lomake oli selkeä ja lyhyt.",
        ),
    ),
    "price_level": Phrases(
        (
            "Hinnat ovat nousseet liikaa.",
            "Saman saa muualta halvemmalla.",
            "Uudet asiakkaat saavat paremman hinnan kuin vanhat.",
            "Toimitusmaksu on kohtuuton.",
        ),
        (
            "Hinta oli kohdallaan.",
            "Rahalle sai vastinetta.",
            "Tarjous oli aidosti hyvä.",
            "Edullisempi kuin osasin odottaa.",
        ),
    ),
    "product_quality": Phrases(
        (
            "Tuote hajosi kuukaudessa.",
            "Laatu on huonontunut viime vuosista.",
            "Osa puuttui pakkauksesta.",
            "Tuote ei vastannut kuvaa.",
        ),
        (
            "Tuote on kestänyt kovassa käytössä.",
            "Laatu on tasaisen hyvää.",
            "Tuote oli parempi kuin kuvassa.",
            "Tämä on kolmas samanlainen, ja ostaisin neljännenkin.",
        ),
    ),
    "selection": Phrases(
        (
            "Valikoima on kutistunut.",
            "Oikeaa kokoa ei taaskaan ollut.",
            "Varaosia ei saa mistään.",
            "Uutuudet puuttuivat hyllystä.",
        ),
        (
            "Valikoima on kattava.",
            "Löytyi harvinainenkin varaosa.",
            "Vaihtoehtoja oli sopivasti.",
            "Aina löytyy jotain, mitä muilla ei ole.",
        ),
    ),
    "waiting_time": Phrases(
        (
            "Odotin vastausta yli tunnin.",
            "Jono ei liikkunut mihinkään.",
            "Vastaus tuli vasta viikon päästä.",
            "Kassoista oli auki yksi, vaikka väkeä oli ovelle asti.",
        ),
        (
            "Pääsin asiaan heti.",
            "Vastaus tuli muutamassa minuutissa.",
            "Jonoa ei ollut nimeksikään.",
            "Asia oli valmis ennen kuin ehdin kahvini juoda.",
        ),
    ),
    "delivery": Phrases(
        (
            "Toimitus myöhästyi kaksi viikkoa.",
            "Paketti vietiin väärään osoitteeseen.",
            "Kuljettaja ei soittanut, ja tavara palautui.",
            "Seurannan mukaan paketti oli perillä, mutta ei ollut.",
        ),
        (
            "Toimitus tuli päivää luvattua aiemmin.",
            "Kuljettaja kantoi tavaran sisälle asti.",
            "Paketti oli perillä juuri kun luvattiin.",
            "Seuranta kertoi koko ajan, missä mennään.",
        ),
    ),
    "billing": Phrases(
        (
            "Lasku oli väärin jo toisen kerran.",
            "Hyvitys on yhä saamatta.",
            "Laskusta ei saa selvää, mistä maksan.",
            "Sain maksumuistutuksen laskusta, jonka olin maksanut.",
        ),
        (
            "Lasku oli selkeä ja oikein.",
            "Hyvitys näkyi tilillä seuraavana päivänä.",
            "Laskussa ei ollut yllätyksiä.",
            "Eräpäivän siirto onnistui kysymällä.",
        ),
    ),
}

ENGLISH: Mapping[str, Phrases] = {
    "attention": Phrases(
        (
            "Nobody noticed me until I asked.",
            "I felt like a number in a queue.",
            "No one remembered what we agreed last time.",
            "I had to tell my story from the start for the third time.",
        ),
        (
            "They remembered me from last time.",
            "Somebody listened to the very end.",
            "The agent noticed what I actually needed.",
            "They even asked afterwards how we were getting on.",
        ),
    ),
    "friendliness": Phrases(
        (
            "The answer was curt.",
            "I was talked down to for asking a fair question.",
            "The agent sounded bored.",
            "Not even a hello.",
        ),
        (
            "Warm and friendly service.",
            "It left me smiling all day.",
            "A lovely person who took the time to explain.",
            "We had a good laugh and it got sorted on the side.",
        ),
    ),
    "expertise": Phrases(
        (
            "I knew more about it than the adviser did.",
            "I got three different answers to one question.",
            "The advice was wrong and cost me a week.",
            "No one could tell what caused the fault.",
        ),
        (
            "They found the cause on the spot.",
            "The expert knew exactly what they were talking about.",
            "I got the right advice the first time.",
            "Even the hard part was explained so that I understood.",
        ),
    ),
    "ownership": Phrases(
        (
            "I was sent from one department to the next.",
            "They promised to call back and nobody did.",
            "The mistake was yours but the work was mine.",
            "No one would take it on.",
        ),
        (
            "One person handled it from start to finish.",
            "The promise was kept to the minute.",
            "They owned up to the mistake and put it right, no questions asked.",
            "She made it her own case and did not give up.",
        ),
    ),
    "app_works": Phrases(
        (
            "The app crashed in the middle of a payment.",
            "I could not log in all weekend.",
            "Since the update the app will not open.",
            "The app lost my basket twice.",
        ),
        (
            "The app does what it should.",
            "No trouble with the app.",
            "Logging in works every time.",
            "The app opens at once.",
        ),
    ),
    "ease_online": Phrases(
        (
            "Nothing can be found on the website.",
            "The form asked for the same details four times.",
            "The search did not find a product that you do have.",
            "I gave up online and went elsewhere.",
        ),
        (
            "Things get done online in a moment.",
            "Ordering took a few taps.",
            "I found what I was looking for right away.",
            "The form was short and clear.",
        ),
    ),
    "price_level": Phrases(
        (
            "Prices have gone up too much.",
            "I can get the same for less elsewhere.",
            "New customers get a better price than old ones.",
            "The delivery fee is out of proportion.",
        ),
        (
            "The price was right.",
            "Good value for the money.",
            "The offer was a real one.",
            "Cheaper than I expected.",
        ),
    ),
    "product_quality": Phrases(
        (
            "The product broke within a month.",
            "Quality has slipped in recent years.",
            "A part was missing from the box.",
            "The product did not look like the picture.",
        ),
        (
            "The product has stood up to hard use.",
            "The quality is steady.",
            "It was better than in the picture.",
            "This is my third one and I would buy a fourth.",
        ),
    ),
    "selection": Phrases(
        (
            "The range has shrunk.",
            "My size was out again.",
            "Spare parts cannot be had anywhere.",
            "The new models were not on the shelf.",
        ),
        (
            "The range is wide.",
            "Even a rare spare part was found.",
            "Just enough to choose from.",
            "There is always something that others do not have.",
        ),
    ),
    "waiting_time": Phrases(
        (
            "I waited over an hour for an answer.",
            "The queue did not move at all.",
            "The reply came after a week.",
            "One till was open and people stood out to the door.",
        ),
        (
            "I got through straight away.",
            "The answer came in minutes.",
            "There was no queue to speak of.",
            "It was done before I finished my coffee.",
        ),
    ),
    "delivery": Phrases(
        (
            "The delivery was two weeks late.",
            "The parcel went to the wrong address.",
            "The driver did not call and the goods went back.",
            "Tracking said delivered, but it was not.",
        ),
        (
            "It came a day early.",
            "The driver carried it all the way in.",
            "The parcel arrived just when they said.",
            "Tracking told me where it was all along.",
        ),
    ),
    "billing": Phrases(
        (
            "The bill was wrong for the second time.",
            "I am still waiting for my refund.",
            "The bill does not say what I am paying for.",
            "I got a reminder for a bill that I had paid.",
        ),
        (
            "The bill was clear and correct.",
            "The refund was in my account the next day.",
            "No surprises on the bill.",
            "I only had to ask to move the due date.",
        ),
    ),
}

# In the order of `company.CHANNELS`; "" leaves the channel unsaid.
OPENERS = (
    (
        ("", "", "Soitin asiakaspalveluun.", "Puhelimessa:"),
        ("", "", "Kysyin chatissa.", "Chat-keskustelusta:"),
        ("", "", "Kävin myymälässä.", "Paikan päällä:"),
        ("", "", "Laitoin sähköpostia.", "Kirjoitin teille sähköpostilla."),
        ("", "", "Asioin verkossa.", "Verkkosivuilla:"),
        ("", "", "Asioin sovelluksessa.", "Avasin sovelluksen."),
    ),
    (
        ("", "", "I called you.", "On the phone:"),
        ("", "", "I asked in the chat.", "About the chat:"),
        ("", "", "I came to the shop.", "At the counter:"),
        ("", "", "I sent an e-mail.", "I wrote to you by e-mail."),
        ("", "", "I went on the website.", "Online:"),
        ("", "", "I used the app.", "I opened the app."),
    ),
)
# After a complaint, a remark without a theme, a praise.
CLOSERS = (
    (
        ("", "", "En suosittele.", "Harkitsen vaihtamista."),
        ("", "", "Siinä kaikki.", "Ei muuta."),
        ("", "", "Kiitos!", "Tulen takaisin."),
    ),
    (
        ("", "", "Would not recommend.", "I am thinking of leaving."),
        ("", "", "That is all.", "Nothing else."),
        ("", "", "Thank you!", "I will be back."),
    ),
)
# Remarks about nothing in particular, then answers that are none.
REMARKS = (
    (
        "Ihan tavallinen asiointi.",
        "Meni kuten ennenkin.",
        "Osa toimi, osa ei.",
        "Ok, mutta ei mitään erityistä.",
    ),
    (
        "An ordinary visit.",
        "Same as before.",
        "Some of it worked, some did not.",
        "Fine, but nothing special.",
    ),
)
NO_ANSWERS = (
    ("En osaa sanoa.", "-", "Ei kommentoitavaa.", "eos"),
    ("Don't know.", "-", "n/a", "No comment."),
)
