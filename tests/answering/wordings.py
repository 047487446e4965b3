"""Ways of asking that must, or must not, be met with a safety card or with the caveat on forecasts.

Written without the rules at hand: as people fall for a fraud, and as they speak of the same things without one.
"""

SCAMS = """
hi, a guy from the kelp team just messaged me and wants to help with my stuck withdrawal
got a dm from "EtherFi Helpdesk" saying my position has a problem
someone in my dms says he is an admin here, is that legit?
a support agent on telegram told me to send him my wallet details
Is there a support number I can call? My weETH is gone
how do i contact renzo support
where can I open a support ticket for my stuck ezETH
moderator added me as friend and asks what wallet i use
they want me to share my screen over anydesk to fix the restake
whatsapp support group for puffer, real or fake?
customer service of eigenlayer wants a deposit first to unlock my funds
can an admin dm me pls, my stake is not showing
the ticket bot asks me to connect my wallet to verify i am human
i was told to synchronize my wallet on a dapp to fix the error
site says "wallet out of sync, please rectify"
do i need to validate my wallet before the migration
helper told me to validate wallet on some page
how do i sync my metamask with the eigenlayer mainnet like they said
mod says I must verify my wallet or lose my rewards
need to whitelist my wallet with the team, they sent a form
a popup says my wallet needs validation to receive restaking rewards
they ask to import my wallet on their page so they can sync nodes
support asked me to sign a message to unlock the withdrawal
where do i claim the eigen airdrop season 3
found a link to claim free ezETH, safe?
email says my unclaimed restaking rewards expire tonight
is the new renzo airdrop checker page real
how to claim my kernel airdrop??
twitter post: send 1 eth get 2 back from vitalik, real?
random token appeared in my wallet with a claim site in its name
do i have to migrate my rsETH to v2 before friday, got the link
is there a compensation form for kelp victims i should fill in
am i eligible for the puffer airdrop, link says connect wallet
claim your share of the slashing refund now - is this legit
i got hacked and lost all my weETH, help
my wallet was drained overnight what do i do
somebody stole my ezeth after i signed something
a recovery expert says he can get my stolen eth back for 10%
how can i recover stolen funds from a scammer
hacker took everything from my metamask, can the team reverse it
i clicked a phishing link and approved it, am i done
fell for a fake staking site yesterday, can i get my money back
sent my rseth to a scam address, can i get a refund
can you recover my wallet i forgot my password
lost access to my wallet with restaked eth in it, who can restore it
is it ok to enter my seed phrase to restake
they want my 12 words to process the claim
support needs my private key to check the node
should i type my recovery phrase into the ether.fi app
he asked for my secret recovery phrase to validate the wallet
what are the 24 words for and who may have them
i gave my mnemonic to a helper, what now
ledger asks to re-enter my 24 word phrase on a website to unstake
my seed phrase leaked what should i do
ｓｕｐｐｏｒｔ asked me for my seed phrase
supp\u200bort dm'd me: validate ur wallet pls
suport told me 2 valdiate my walet
CLAIM YOUR AIRDROP NOW!!! is this real
hey ser, got scamed by fake admin, how get my eth back
s\u0435\u0435d phrase needed for eigenlayer claim?
is it normal that the helpdesk wants me to pay a fee upfront before i can withdraw
Hello all. I am new to this. A person from the team wrote to me privately. He is nice and wants to fix my wallet.
My cousin put 3 eth in. Yesterday all his tokens were stolen from his wallet. What now?
this "Swell Care" account replied to my tweet and told me to write to them
an eigenlayer dev slid into my dms offering to push my withdrawal through
i posted my problem in general and 3 people sent friend requests
is @renzo_help on telegram the official one
they gave me a form to fill with my wallet details so the team can look into it
the agent says he needs remote access to my computer
somebody pretending to be the ether.fi ceo emailed me
he says my tokens are frozen and i need to pay 0.2 eth to release them
chat window on the website asks for my wallet password
what is the telegram of kelp support
i need help from a real person my stake vanished
connect wallet to resolve pending restake, do it?
site wants me to authenticate my wallet first
i have to re-sync my ledger with the node?
must i register my wallet for the v2 upgrade
a bot in the server told me to link my wallet to verify
i was asked to validate my assets on a dapp
unable to see my balance so they want me to rectify the wallet
verify ownership of my wallet by signing, they say
kyc portal asks me to import my wallet
got an email: 2,400 EIGEN waiting for you, claim within 24h
where is the button to claim my ethfi
eigen season 2 claim site url?
does the airdrop checker steal funds
theres a bonus for early restakers if i deposit at this link
an nft was airdropped to me that says visit to redeem rewards
do holders have to swap their old ezETH for new tokens on a portal
renzo distribution page, legit or scam
free mint for restakers, is it safe to connect
telegram says claim refund for the kelp exploit here
woke up and my metamask is empty
all my pufeth has been transferred out without me
bad guys got my funds is there any way to trace them
anyone used a crypto recovery company before
signed a permit on a fake site and now my weeth is gone
my ledger got compromised how do i save the rest of my stake
can ether.fi reverse a theft
how to report a stolen wallet
i am a victim of a restaking scam, who can help
i sent coins to the wrong network by accident, how do i get them back
i wrote my seed phrase into a google doc is that bad
the app asks for 24 words to import, normal?
my boyfriend knows my recovery words
is it safe to store a private key in notes app
they need the keystore file and the password
can i restake without giving my secret phrase
what if somebody sees my seed
someone on discord asked for my mnemonic
is it common for staff to ask which wallet i use in private
renzo has a help line?
my node is out of sync says the wallet app and gives a fix link
page wants me to validate before i can unstake
is there any airdrop left i can still claim
help me get back the eth that was taken from me
scammer drained my ledger what next
can you guys refund what i lost to a fake site
should my private key be pasted in the cli
someone got hold of my 24 word backup
is typing the seed into a browser extension ok
"""

INNOCENT = """
does eigenlayer support native restaking
which chains support weETH
what lst does kelp support as deposit
is ezETH supported on arbitrum
what supports the price of an lrt
how much support does the proposal have in governance
which wallets support restaking
what does a validator actually validate
how do validators validate blocks
who validates the data of an avs
my validator fell out of sync, is that slashing
what is the sync committee
how long does a node take to sync
does an operator have to sync a new client for every avs
are offline validators that do not sync penalised
can i claim my withdrawal after 14 days
when can i claim my eth from the renzo withdrawal queue
how do i claim my unstaked eth after the cooldown
how often are eigenlayer rewards paid out and how do i claim them
do i have to pay gas to claim restaking rewards
why can rewards only be claimed once a week
the docs claim 4% apr, is that still true
some people claim that one avs can slash everything, is it true
do i lose my claim on the eth if i sell the lrt
how do i file an insurance claim with nexus mutual after a slashing
is an lrt a claim on the underlying eth
what was the eigen airdrop worth in 2024
why did people sell after the renzo airdrop in april 2024
are airdrops taxed as income
what is an airdrop
do restaking points turn into an airdrop
who were the countries excluded from the eigen stakedrop
did rseth recover after the bridge loss
will the ezeth peg recover after a depeg
how long did it take ezeth to recover its peg in april 2024
can a slashed validator recover the lost eth
how did kelp recover the missing backing
does the rate recover after a slashing
what happens to my funds if kelp is hacked
has renzo ever been hacked
who paid back the stolen rseth backing
did aave users get a refund after the capo mistake
who raised a seed round, puffer or kelp
what does the phrase restaked rollup mean
what does the phrase "economic security" mean
how are operator keys stored
what is a validator key versus a withdrawal key
who holds the keys of the multisig
can the team freeze my ezeth
do i have to verify anything to restake, like kyc
how do i check that a contract is verified on etherscan
what does proof of reserve verify
how do i connect a validator to an eigenpod
does the admin key of renzo have a timelock
can an admin upgrade the contract without delay
who are the developers behind symbiotic
how does the eigenlayer team make money
what does the puffer team do about slashing
is the price of rseth real or manipulated
fake volume on lrt pools?
how do i message an operator about its fee
do i need to migrate my validator from 0x01 to 0x02 credentials
what changed with the kelp migration from layerzero to ccip
how do i move my validator to an eigenpod
does restaking support other assets such as btc
which assets are supported by symbiotic
is there a dev doc on operator sets
how big is the renzo team
do you have a mod list
who is the admin of the eigenlayer contracts
can the puffer dao admin pause withdrawals
what does an agent avs do
can i verify the reserves of kelp myself
how do avs operators verify zk proofs
how do i verify the rate on etherscan
do i need my own validator to restake
does ether.fi validate with its own nodes
why is my validator activation pending
do i have to connect to a consensus client
how do i link an eigenpod to a validator
can my operator sign something wrong
when do operators sign double blocks
how long until i can redeem pufeth for eth
what can i claim after the escrow ends
i have claimable eth in renzo, is there a deadline
are unclaimed rewards lost
do rewards expire
what happened in the eigen stakedrop
when is the next airdrop of eigenlayer
do i still earn points
was the ethfi airdrop fair
how many people got the eigen airdrop
can lost stake be recovered
who recovered funds after the bedrock exploit
how was the money recovered after the april exploit
does insurance refund slashed eth
is slashed eth gone forever
what was stolen from kelp
was any user money stolen from eigenlayer itself
can hackers drain an lrt contract
what is a wallet
how safe is a multisig wallet
can i restake from a ledger
which hardware wallet works with ether.fi
how many words are in the whitepaper
what seed investors does renzo have
who keeps the withdrawal keys at ether.fi
does losing my validator key mean losing my eth
is the eigen token a scam
is restaking a ponzi
is renzo legit
is ether.fi safe after the dns attack
what was the phishing attack on eigenlayer's email in 2024
which fake tokens exist with the name ezeth
what support does a dvt cluster give a solo staker
how do nodes stay in sync after a fork
how do i claim from the puffer queue
can the dao recover tokens sent to the contract
what do people mean by verifiable service
is kelp team doxxed
does the rate feed get validated
who may call the admin function
how do auditors verify the code
what is a claim ticket nft in the withdrawal queue
"""

FORECASTS = """
do you think ether doubles before summer
any chance eth recovers this winter
how likely is it that ethereum crashes again
you guys expect eigen to rally after the unlocks
i believe ethfi could double, do you
what are the odds of eth going down from here
what will eth be worth in 2026
will eth hit 10k
eth price prediction 2027
is ethereum going to break $5,000
when will ether reach 5000 dollars
eth to 8k this cycle?
can eth go above 5k this year
will ethereum ever make a new all time high
what's your price target for ETH
how high can eth go next year
where will eth be at christmas
will eth crash next month
eth forecast for the end of the year pls
is eth going to pump or dump
how much will 1 eth cost in 2030
will eth double from here
price prediction for EIGEN
will EIGEN 10x
ethfi price target 2027
what will ezeth be worth next year
how much will rez be in 2027
will ETHFI go up after the unlock
eigen price forecast
can kernel token moon
will puffer token recover to its all time high
how much will 1 rseth be worth next year
is it a good time to buy eth
should i buy eth now or wait
should i sell my ezeth
buy the dip on eigen?
is EIGEN a good investment
shall i hold or sell my weeth
should i invest in restaking
too late to get into eth?
is ethfi undervalued
should we sell our rsETH before it drops
when should i take profit on eth
would you buy eigen here
eth or eigen, which one should i buy
is now the right time to get into ezeth
wen eth 10k ser
wen moon for eigen
shud i sell my eeth rn
WILL ETH HIT 7,500 BY DECEMBER
predict the price of ethereum
give me a bull case price for eth
eth 2027 price?
how far can ether fall
where do you see ethereum in five years
think eth goes to 10000?
could ezeth reach 6000 dollars
will restaking tokens pump in the next bull run
ethereum outlook 2027
what do analysts say about the eth price next year
how high will eigen go
is eth a buy at these levels
do i sell ethfi before the unlock
better to buy eth or rseth today
good entry for eth?
is now a bad time to buy restaking tokens
convince me not to sell my eth
i am thinking of dumping all my eigen, thoughts?
will the price of ethfi recover
when eth ath
can eigen reach $10 again
eth bottom in?
shd i go all in on eth
hodl or sell eth?
give me an eth price estimate for december 2026
whats the fair value of eth in 2028
"""

NO_FORECASTS = """
do you think my eth is slashed twice when two services fail
i expect my eth from the queue, where is it
what is the chance of getting slashed with eigenlayer
what is the price of ezeth right now
how is the rate of rseth calculated
why does weeth cost more than one eth
how much did eth fall when ezeth depegged
will i be slashed
will my withdrawal take more than 14 days
when will the exit queue be shorter
how much will i pay in fees
is apr going up when more people stake
can ezeth drop below peg again
what happens if the price of ezeth drops while i loop
can the value of my lrt fall
do i have to sell my lrt to get eth back
how do i get into restaking with less than 32 eth
can my validator drop below 32 eth
should i worry about slashing
should i use renzo or kelp
should i unstake before the upgrade
what does eigen do in the protocol
why did eigen unlock in 2025
"""


def lines(text: str) -> list[str]:
    """The wordings of a list, one a line."""
    return text.strip().split("\n")
